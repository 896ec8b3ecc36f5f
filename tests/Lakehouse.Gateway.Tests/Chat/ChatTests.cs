using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Chat;

public sealed class ChatTests(TestPostgres postgres)
{
    [Theory]
    [InlineData("/v1/chat")]
    [InlineData("/v1/chat/completions")]
    public async Task Chat_answers_in_openai_shape_with_headers(string path)
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(GatewayApp.BotKey);

        using var response = await client.PostAsync(path, new StringContent(Calls.Hello().ToJsonString()), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var reply = await response.JsonAsync();
        Assert.Equal("chat.completion", reply["object"]!.ToString());
        Assert.Equal("Hello", reply["choices"]![0]!["message"]!["content"]!.ToString());
        Assert.Equal("stop", reply["choices"]![0]!["finish_reason"]!.ToString());
        Assert.Equal(18, reply["usage"]!["total_tokens"]!.GetValue<int>());
        Assert.StartsWith("req_", Header(response, "x-lakehouse-request-id"), StringComparison.Ordinal);
        Assert.Equal("ollama", Header(response, "x-lakehouse-provider"));
        Assert.Equal("scripted", Header(response, "x-lakehouse-model"));
        Assert.Equal("1", Header(response, "x-lakehouse-attempts"));
        Assert.Equal("0", Header(response, "x-lakehouse-cost-nano-usd"));
        Assert.Equal("consumer:bot", Header(response, "x-lakehouse-budget-scope"));
        Assert.Equal("19", Header(response, "x-lakehouse-budget-remaining-calls"));
        Assert.Equal("159982", Header(response, "x-lakehouse-budget-remaining-tokens"));
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", Header(response, "traceresponse"));
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":null,"refusal":"No."}""")]
    [InlineData("""{"role":"assistant","content":null}""")]
    [InlineData("""{"role":"assistant","audio":{"id":"audio_1"}}""")]
    public async Task Answer_without_content_may_be_sent_back(string answer)
    {
        await using var house = await VendorHouse.StartAsync(postgres);

        using var response = await house.AskAsync(VendorHouse.Open, "/v1/chat", "openai/m", $$"""{"messages":[{"role":"user","content":"Hi"},{{answer}},{"role":"user","content":"Why?"}]}""");
        using var user = await house.AskAsync(VendorHouse.Open, "/v1/chat", "openai/m", """{"messages":[{"role":"user","content":null,"refusal":"No."}]}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(answer, JsonNode.Parse(Assert.Single(house.Vendor.Requests).Body)!["messages"]![1]!.ToJsonString());
        Assert.Equal((HttpStatusCode.BadRequest, "messages[0].content"), (user.StatusCode, (await user.JsonAsync())["error"]!["param"]!.ToString()));
    }

    [Fact]
    public async Task Stream_ends_with_done_and_usage_only_when_asked()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(GatewayApp.BotKey);

        var plain = await EventsAsync(client, Calls.Hello(stream: true));
        var asked = Calls.Hello(stream: true);
        asked["stream_options"] = new JsonObject { ["include_usage"] = true };
        var counted = await EventsAsync(client, asked);

        Assert.Equal("[DONE]", plain[^1]);
        Assert.Equal("Hello", string.Concat(plain[..^1].Select(data => JsonNode.Parse(data)!["choices"]![0]!["delta"]!["content"]?.ToString())));
        Assert.Equal("stop", JsonNode.Parse(plain[^2])!["choices"]![0]!["finish_reason"]!.ToString());
        Assert.DoesNotContain(plain[..^1], data => JsonNode.Parse(data)!["usage"] is not null);
        Assert.Equal(18, JsonNode.Parse(counted[^2])!["usage"]!["total_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Cut_stream_is_an_error_to_client_and_ledger_and_is_charged_in_full()
    {
        await using var model = await OllamaStub.StartAsync((context, _) => OllamaStub.LinesAsync(context, OllamaStub.Piece("Hel")));
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, listens: true);
        using var client = gateway.As(GatewayApp.BotKey);

        var events = await EventsAsync(client, Calls.Hello(stream: true));

        Assert.DoesNotContain("[DONE]", events);
        Assert.Contains(events, data => JsonNode.Parse(data)!["choices"]?[0]?["finish_reason"]?.ToString() == "error");
        Assert.Contains(events, data => JsonNode.Parse(data)!["error"]?["code"]?.ToString() == "upstream_cut_stream");
        var budget = await client.GetJsonAsync("/v1/budgets/bot");
        Assert.Equal(1, budget["used"]!["calls"]!.GetValue<long>());
        Assert.Equal(0, budget["held"]!["tokens"]!.GetValue<long>());
        Assert.True(budget["used"]!["tokens"]!.GetValue<long>() >= 50 + 16, budget.ToJsonString());
        var usage = await UsageOnceAsync(client, 1);
        Assert.Equal(1, usage["totals"]!["errors"]!.GetValue<long>());
        Assert.Equal(1, usage["totals"]!["estimated"]!.GetValue<long>());
    }

    [Fact]
    public async Task Error_inside_a_stream_before_content_is_a_plain_error()
    {
        await using var model = await OllamaStub.StartAsync((context, _) => OllamaStub.LinesAsync(context, """{"error":"out of memory"}"""));
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(null);

        using var response = await client.ChatAsync(Calls.Hello(stream: true));

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("upstream_unavailable", await response.ErrorCodeAsync());
    }

    [Fact]
    public async Task Client_that_leaves_stops_the_upstream_call_and_is_charged()
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var model = await OllamaStub.StartAsync(async (context, _) =>
        {
            context.RequestAborted.Register(() => left.TrySetResult());
            await OllamaStub.LinesAsync(context, OllamaStub.Piece("Hel"));
            await OllamaStub.HangAsync(context);
        });
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(GatewayApp.BotKey);

        using (var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat") { Content = new StringContent(Calls.Hello(stream: true).ToJsonString()) })
        using (var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken))
        {
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving.Token);
            await leaving.CancelAsync();
            response.Dispose();
        }

        await left.Task.WaitAsync(TestContext.Current.CancellationToken);
        var usage = await UsageOnceAsync(client, 1);
        Assert.Equal(1, usage["totals"]!["errors"]!.GetValue<long>());
        Assert.True(usage["totals"]!["charged_tokens"]!.GetValue<long>() >= 50);
    }

    [Fact]
    public async Task Unknown_fields_reach_the_model_and_ours_do_not()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(null);
        using var made = await client.PostAsJsonAsync("/v1/sessions", new { title = "t" }, TestContext.Current.CancellationToken);
        var body = Calls.Hello();
        (body["keep_alive"], body["temperature"], body["task_class"], body["session_id"], body["think"]) = ("5m", 0.25, "test.class", (await made.JsonAsync())["id"]!.ToString(), true);

        using var response = await client.ChatAsync(body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var sent = JsonNode.Parse(model.Requests.Single().Body)!;
        Assert.Equal("5m", sent["keep_alive"]!.ToString());
        Assert.Equal(0.25, sent["options"]!["temperature"]!.GetValue<double>());
        Assert.Equal(50, sent["options"]!["num_predict"]!.GetValue<int>());
        Assert.True(sent["think"]!.GetValue<bool>());
        Assert.Null(sent["task_class"]);
        Assert.Null(sent["session_id"]);
    }

    [Fact]
    public async Task Missing_max_tokens_is_put_in_so_that_the_ceiling_is_one()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { ["Routing:File"] = TestConfig.Routing("[limits]\ndefault_max_tokens = 123\n") });
        using var client = gateway.As(null);
        var body = Calls.Hello();
        body.Remove("max_tokens");

        using var response = await client.ChatAsync(body);

        Assert.Equal(123, JsonNode.Parse(model.Requests.Single().Body)!["options"]!["num_predict"]!.GetValue<int>());
    }

    internal static async Task<List<string>> EventsAsync(HttpClient client, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat") { Content = new StringContent(body.ToJsonString()) };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        var events = new List<string>();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        try
        {
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    events.Add(line[6..]);
                }
            }
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException or OperationCanceledException)
        {
            // the gateway breaks the connection after an error event: that is what the test looks for
        }

        return events;
    }

    internal static Task<JsonNode> UsageOnceAsync(HttpClient client, long requests) => Eventually.GetAsync(
        () => client.GetJsonAsync("/v1/usage"), usage => usage["totals"]!["requests"]!.GetValue<long>() >= requests, TestContext.Current.CancellationToken);

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();
}
