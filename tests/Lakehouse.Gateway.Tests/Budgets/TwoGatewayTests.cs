using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Budgets;

/// <summary>Many callers through two processes at once, in each of the ways a call can end badly: no overspend, no hold left, no record lost.</summary>
public sealed class TwoGatewayTests(TwoGateways gateways) : IClassFixture<TwoGateways>
{
    // the bytes of text and role, what a message costs besides, and the output that was asked for
    private const int Bound = 10 + 6 + 16 + 50;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callers_who_leave_in_mid_stream_are_charged_in_full()
    {
        gateways.Plays("cancel", async (context, _) =>
        {
            await OllamaStub.LinesAsync(context, OllamaStub.Piece("Hel"));
            await OllamaStub.HangAsync(context);
        });

        var statuses = await AllAsync(10, async turn =>
        {
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            var response = await gateways.AskAsync("cancel", turn, Calls.Hello("ollama/cancel", stream: true), leaving.Token);
            await leaving.CancelAsync();
            response.Dispose();
            return response.StatusCode;
        });

        Assert.Equal((6, 4), Granted(statuses));
        Assert.Equal(6 * Bound, await gateways.SettledAsync("cancel", 6));
    }

    [Fact]
    public async Task Callers_who_ask_for_no_limit_are_held_to_one()
    {
        // a model that says as much as it may
        gateways.Plays("unlimited", (context, body) => OllamaStub.LinesAsync(context, OllamaStub.Whole("Hello", 11, body["options"]!["num_predict"]!.GetValue<int>())));

        var statuses = await AllAsync(20, async turn =>
        {
            var body = Calls.Hello("ollama/unlimited");
            body.Remove("max_tokens");
            using var response = await gateways.AskAsync("unlimited", turn, body, Cancelled);
            return response.StatusCode;
        });

        // of 20,000 tokens four calls of 4,096 and their prompts, and never a fifth
        Assert.Equal((4, 16), Granted(statuses));
        Assert.Equal(4 * (11 + 4096), await gateways.SettledAsync("unlimited", 4));
    }

    [Theory]
    // what a vendor says of its usage, and what a call is then charged
    [InlineData("absent", Bound)]
    [InlineData("zero", Bound)]
    [InlineData("twice", 18)]
    [InlineData("nonempty", 18)]
    public async Task Odd_reports_of_usage_are_counted_once_or_charged_at_their_bound(string usage, int charged)
    {
        gateways.Plays(usage, (context, _) => OddAsync(context, usage));

        var statuses = await AllAsync(40, async turn =>
        {
            using var response = await gateways.AskAsync(usage, turn, Calls.Hello($"vendor/{usage}", stream: true), Cancelled);
            await response.Content.ReadAsStringAsync(Cancelled);
            return response.StatusCode;
        });

        var (granted, denied) = Granted(statuses);
        Assert.True(denied > 0, $"{granted} of 40 calls were granted");
        Assert.Equal(granted * charged, await gateways.SettledAsync(usage, granted));
    }

    [Fact]
    public async Task Calls_in_flight_while_redis_is_killed_are_charged_and_recorded_once()
    {
        var (asked, answer) = (new SemaphoreSlim(0), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        gateways.Plays("outage", async (context, body) =>
        {
            asked.Release();
            await answer.Task;
            await OllamaStub.HelloAsync(context, body);
        });
        var calls = AllAsync(4, async turn =>
        {
            using var response = await gateways.AskAsync("outage", turn, Calls.Hello("ollama/outage"), Cancelled);
            return response.StatusCode;
        });
        for (var call = 0; call < 4; call++)
        {
            await asked.WaitAsync(Cancelled);
        }

        await gateways.Redis.KillAsync();
        using var away = await gateways.AskAsync("outage", 0, Calls.Hello("ollama/outage"), Cancelled);
        answer.SetResult();
        var statuses = await calls;
        await gateways.Redis.RestartAsync(Cancelled);

        Assert.Equal("budget_unavailable", await away.ErrorCodeAsync());
        Assert.Equal((4, 0), Granted(statuses));
        Assert.Equal(4 * 18, await gateways.SettledAsync("outage", 4));
    }

    [Fact]
    public async Task Call_that_is_settled_after_its_hold_was_swept_is_charged_once()
    {
        var (asked, answer) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        gateways.Plays("swept", async (context, body) =>
        {
            asked.TrySetResult();
            await answer.Task;
            await OllamaStub.HelloAsync(context, body);
        });
        var call = gateways.AskAsync("swept", 0, Calls.Hello("ollama/swept"), Cancelled);
        await asked.Task.WaitAsync(Cancelled);
        await RaceTests.EndLeaseAsync(gateways.Redis);

        var swept = await gateways.SettledAsync("swept", 1);
        answer.SetResult();
        using var response = await call;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((Bound, Bound), (swept, await gateways.SettledAsync("swept", 1)));
    }

    private static Task<HttpStatusCode[]> AllAsync(int callers, Func<int, Task<HttpStatusCode>> call) => Task.WhenAll(Enumerable.Range(0, callers).Select(call));

    private static (int Granted, int Denied) Granted(HttpStatusCode[] statuses) =>
        (statuses.Count(status => status == HttpStatusCode.OK), statuses.Count(status => status == HttpStatusCode.TooManyRequests));

    private static async Task OddAsync(HttpContext context, string usage)
    {
        const string true18 = """{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}""";
        string[] chunks = usage switch
        {
            "absent" => [Chunk("Hello"), Chunk(null, "stop")],
            "zero" => [Chunk("Hello"), Chunk(null, "stop"), Counted("""{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}""")],
            "twice" => [Chunk("Hello"), Chunk(null, "stop"), Counted(true18), Counted(true18)],
            _ => [Chunk("Hello", usage: true18), Chunk(null, "stop", true18)],
        };
        context.Response.ContentType = "text/event-stream";
        foreach (var chunk in chunks.Append("[DONE]"))
        {
            await context.Response.WriteAsync($"data: {chunk}\n\n", context.RequestAborted);
        }
    }

    private static string Chunk(string? text, string? finish = null, string? usage = null) => new JsonObject
    {
        ["id"] = "c", ["object"] = "chat.completion.chunk", ["model"] = "m",
        ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = text is null ? [] : new JsonObject { ["content"] = text }, ["finish_reason"] = finish }),
        ["usage"] = usage is null ? null : JsonNode.Parse(usage),
    }.ToJsonString();

    private static string Counted(string usage) => new JsonObject
    {
        ["id"] = "c", ["object"] = "chat.completion.chunk", ["model"] = "m", ["choices"] = new JsonArray(), ["usage"] = JsonNode.Parse(usage),
    }.ToJsonString();
}
