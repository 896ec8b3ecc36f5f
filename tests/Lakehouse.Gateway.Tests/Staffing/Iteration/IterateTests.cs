using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Gateway.Tests.Knowledge.Playbooks;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Staffing.Iteration;

public sealed class IterateTests(TestPostgres postgres)
{
    private const string Bad = """{"to":"+14195550124","body":"The salary is $52,000."}""";
    private const string Good = """{"to":"+14195550124","body":"Shift confirmed for tomorrow, 6:00."}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Findings_go_back_to_the_model_until_the_artifact_holds()
    {
        await using var model = await ScriptAsync("I am not sure what you want.", Bad, $"Of course:\n```json\n{Good}\n```\nAnything else?");
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var bot = gateway.As(GatewayApp.BotKey);

        using var response = await bot.PostAsJsonAsync("/v1/iterate", Asking(), Cancelled);
        var answer = await response.JsonAsync();

        Assert.Equal((200, "valid", 3), ((int)response.StatusCode, answer["status"]!.ToString(), answer["tries"]!.AsArray().Count));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Good), answer["artifact"]));
        Assert.Equal(["no_json", "salary", ""], answer["tries"]!.AsArray().Select(one => one!["report"]!["findings"]!.AsArray().FirstOrDefault()?["code"]?.ToString() ?? ""));
        Assert.Equal(3 * 18, answer["total_tokens"]!.GetValue<long>());

        // the first as the defaults say, the others with the last answer and what was wrong with it
        Assert.Equal((0.2, 4_096), (model.Asked(0)["options"]!["temperature"]!.GetValue<double>(), model.Asked(0)["options"]!["num_predict"]!.GetValue<int>()));
        Assert.Equal(["system", "user"], model.Roles(0));
        Assert.Contains("\"to\"", model.Asked(0)["messages"]![0]!["content"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(["system", "user", "assistant", "user"], model.Roles(2));
        Assert.Equal(Bad, model.Asked(2)["messages"]![2]!["content"]!.ToString());
        Assert.Contains("salary at body", model.Asked(2)["messages"]![3]!["content"]!.ToString(), StringComparison.Ordinal);

        // one request of three calls, in one trace, all counted
        var id = answer["request_id"]!.ToString();
        Assert.Equal(id, Assert.Single(response.Headers.GetValues("x-lakehouse-request-id")));
        var request = await Eventually.GetAsync(() => bot.GetJsonAsync($"/v1/requests/{id}"), found => found["attempts"] is JsonArray { Count: 3 }, Cancelled);
        Assert.Equal(answer["trace_id"]!.ToString(), request["trace_id"]!.ToString());
        Assert.Contains(answer["trace_id"]!.ToString(), Assert.Single(response.Headers.GetValues("traceresponse")), StringComparison.Ordinal);
        Assert.Equal("17", Assert.Single(response.Headers.GetValues("x-lakehouse-budget-remaining-calls")));
        Assert.True(JsonNode.DeepEquals(answer, await bot.GetJsonAsync($"/v1/iterations/{answer["id"]}")));
    }

    [Fact]
    public async Task Tries_that_are_used_up_are_told_with_the_last_findings()
    {
        await using var model = await ScriptAsync(Bad, Bad, Good);
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var bot = gateway.As(GatewayApp.BotKey);

        var (status, code, record) = await EndAsync(bot, Asking(("max_iterations", 2), ("max_tokens", 60), ("temperature", 0)));

        Assert.Equal((422, "iteration_exhausted", "exhausted", 2, 2), (status, code, record["status"]!.ToString(), record["tries"]!.AsArray().Count, model.Calls));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Bad), record["artifact"]));
        Assert.Equal(60, model.Asked(1)["options"]!["num_predict"]!.GetValue<int>());
        await AssertKeptAsync(bot, record);
    }

    [Fact]
    public async Task Fill_of_a_task_is_helped_by_what_is_known_of_its_place()
    {
        await using var model = await ScriptAsync("""{"fills":[{"worker_id":"W-1"}]}""");
        await using var house = await StaffingHouse.StartAsync(postgres, 20, ("Providers:ollama:base_url", model.Url));
        var here = await house.Bot.SeedAsync(PlaybookCalls.Seed("fill: Welder x1 in Toledo, OH", "W-1"));
        await house.Bot.SeedAsync(PlaybookCalls.Seed("fill: Welder x1 in Gary, IN", "W-2"));
        var body = Asking(
            ("kind", "fill"), ("prompt", "fill: Welder x1 in a city"), ("context", JsonNode.Parse("""{"target_count":1,"city":"Toledo","state":"OH","role":"Welder"}""")), ("task_class", "staffing.fill"),
            ("truth_context", JsonNode.Parse("""{"contract":{"city":"Toledo","deadline":"2026-12-01","budget_usd":900}}""")));

        using var response = await house.Bot.PostAsJsonAsync("/v1/iterate", body, Cancelled);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal([here], response.Headers.GetValues("x-lakehouse-context").Single().Split(',').Where(id => id.StartsWith("pbk_", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Fill_is_checked_against_the_data_on_the_way()
    {
        await using var model = await ScriptAsync("""{"fills":[{"worker_id":"W-0"}]}""", """{"fills":[{"worker_id":"W-1"}]}""");
        await using var house = await StaffingHouse.StartAsync(postgres, 20, ("Providers:ollama:base_url", model.Url));
        var body = Asking(("kind", "fill"), ("context", JsonNode.Parse("""{"target_count":1,"city":"Toledo","state":"OH","role":"Welder"}""")));

        using var response = await house.Bot.PostAsJsonAsync("/v1/iterate", body, Cancelled);
        var answer = await response.JsonAsync();

        Assert.Equal(("valid", 2, "worker_unknown"), (answer["status"]?.ToString(), answer["tries"]!.AsArray().Count, answer["tries"]![0]!["report"]!["findings"]![0]!["code"]!.ToString()));
        Assert.Equal("W-1", answer["artifact"]!["fills"]![0]!["worker_id"]!.ToString());
    }

    [Fact]
    public async Task Budget_that_ends_in_the_middle_is_told_as_that()
    {
        await using var model = await ScriptAsync(Bad, Good);
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { ["Budgets:Consumers:bot:Calls"] = "1" });
        using var bot = gateway.As(GatewayApp.BotKey);

        var (status, code, record) = await EndAsync(bot, Asking());
        Assert.Equal((429, "budget_exceeded", "failed", 1, 1), (status, code, record["status"]!.ToString(), record["tries"]!.AsArray().Count, model.Calls));
        Assert.Equal((429, "budget_exceeded"), (record["error"]!["status"]!.GetValue<int>(), record["error"]!["code"]!.ToString()));
        await AssertKeptAsync(bot, record);

        // and before the first try nothing is sent
        var (again, denied, refused) = await EndAsync(bot, Asking());
        Assert.Equal((429, "budget_exceeded", "refused", 0, 1), (again, denied, refused["status"]!.ToString(), refused["tries"]!.AsArray().Count, model.Calls));
        await AssertKeptAsync(bot, refused);
    }

    [Fact]
    public async Task Failure_of_an_earlier_try_does_not_hide_why_a_later_one_ends()
    {
        // the first try is answered at the second attempt; the budget ends with it
        await using var model = await ScriptAsync("500", Bad, Good);
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new()
        {
            ["Budgets:Consumers:bot:Calls"] = "2", ["Routing:File"] = TestConfig.Routing("[limits]\nretries_per_candidate = 1\n"),
        });
        using var bot = gateway.As(GatewayApp.BotKey);

        var (status, code, record) = await EndAsync(bot, Asking());

        Assert.Equal((429, "budget_exceeded", "failed", 2), (status, code, record["status"]!.ToString(), model.Calls));
    }

    [Fact]
    public async Task Model_that_fails_in_the_middle_leaves_a_record()
    {
        await using var model = await ScriptAsync(Bad, "400");
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var bot = gateway.As(GatewayApp.BotKey);

        var (status, code, record) = await EndAsync(bot, Asking());

        Assert.Equal((400, "upstream_invalid_request", "failed", 1), (status, code, record["status"]!.ToString(), record["tries"]!.AsArray().Count));
        await AssertKeptAsync(bot, record);
    }

    [Fact]
    public async Task Truth_rules_hold_before_any_model_is_asked()
    {
        await using var model = await ScriptAsync(Good);
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var bot = gateway.As(GatewayApp.BotKey);

        var (status, code, record) = await EndAsync(bot, Asking(("task_class", "staffing.fill")));

        Assert.Equal((422, "truth_rejected", "refused", 0), (status, code, record["status"]!.ToString(), model.Calls));
        await AssertKeptAsync(bot, record);
    }

    [Fact]
    public async Task Caller_who_leaves_finds_the_record_later()
    {
        await using var model = await ScriptAsync(Bad, "hang");
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, listens: true);
        using var bot = gateway.As(GatewayApp.BotKey);
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);

        var asking = bot.PostAsJsonAsync("/v1/iterate", Asking(), leaves.Token);
        await Eventually.TrueAsync(() => Task.FromResult(model.Calls == 2), Cancelled);
        await leaves.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        var list = await Eventually.GetAsync(() => bot.GetJsonAsync("/v1/iterations"), list => list["data"]![0]!["status"]!.ToString() != "running", Cancelled);
        Assert.Equal(("cancelled", 1), (list["data"]![0]!["status"]!.ToString(), list["data"]![0]!["tries"]!.AsArray().Count));
    }

    [Fact]
    public async Task Records_are_their_consumers_own()
    {
        await using var model = await ScriptAsync(Good, Good);
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: KeyCalls.Settings());
        using var bot = gateway.As(GatewayApp.BotKey);
        using var lab = gateway.As(GatewayApp.LabKey);
        using var house = gateway.As(KeyCalls.OperatorKey);
        var first = (await NewAsync(bot))["id"]!.ToString();
        var second = (await NewAsync(bot))["id"]!.ToString();

        Assert.Equal([second, first], (await bot.GetJsonAsync("/v1/iterations"))["data"]!.AsArray().Select(one => one!["id"]!.ToString()));
        var page = await bot.GetJsonAsync("/v1/iterations?limit=1");
        Assert.Equal((true, second), (page["has_more"]!.GetValue<bool>(), page["next_after"]!.ToString()));
        Assert.Equal(first, (await bot.GetJsonAsync($"/v1/iterations?after={second}"))["data"]![0]!["id"]!.ToString());
        Assert.Equal(first, (await house.GetJsonAsync($"/v1/iterations/{first}"))["id"]!.ToString());
        Assert.Empty((await lab.GetJsonAsync("/v1/iterations"))["data"]!.AsArray());
        foreach (var id in new[] { first, "itr_0", "x" })
        {
            using var nothing = await lab.GetAsync($"/v1/iterations/{id}", Cancelled);
            Assert.Equal((404, "iteration_not_found"), ((int)nothing.StatusCode, await nothing.ErrorCodeAsync()));
        }
    }

    [Fact]
    public async Task Bad_input_is_named_and_nobody_is_asked()
    {
        await using var model = await ScriptAsync(Good);
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var bot = gateway.As(GatewayApp.BotKey);

        foreach (var (field, value, param) in new (string, JsonNode?, string)[]
        {
            ("kind", "letter", "kind"), ("kind", null, "kind"), ("prompt", null, "prompt"), ("prompt", "", "prompt"), ("model", null, "model"), ("max_iterations", 0, "max_iterations"), ("max_iterations", 11, "max_iterations"), ("max_iterations", 1.5, "max_iterations"),
            ("temperature", 3, "temperature"), ("temperature", "warm", "temperature"), ("max_tokens", 0, "max_tokens"), ("context", "x", "context"), ("context", new JsonObject { ["to"] = 1 }, "context.to"), ("stream", true, "stream"), ("dry_run", true, "dry_run"), ("messages", new JsonArray(), "messages"),
        })
        {
            using var refused = await bot.PostAsJsonAsync("/v1/iterate", Asking((field, value)), Cancelled);
            var (status, code, at, _) = await refused.RefusalAsync();
            Assert.Equal((field, 400, "invalid_request", param), (field, status, code, at));
        }

        Assert.Equal((0, 0), (model.Calls, (await bot.GetJsonAsync("/v1/iterations"))["data"]!.AsArray().Count));
    }

    [Fact]
    public async Task Fill_without_data_to_hold_it_against_is_refused_and_recorded()
    {
        await using var model = await ScriptAsync(Good);
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var bot = gateway.As(GatewayApp.BotKey);

        var (status, code, record) = await EndAsync(bot, Asking(("kind", "fill"), ("context", JsonNode.Parse("""{"target_count":1,"city":"Toledo","state":"OH","role":"Welder"}"""))));

        Assert.Equal((409, "staffing_not_loaded", "refused", 0, 0), (status, code, record["status"]!.ToString(), record["tries"]!.AsArray().Count, model.Calls));
        Assert.Equal((409, "staffing_not_loaded"), (record["error"]!["status"]!.GetValue<int>(), record["error"]!["code"]!.ToString()));
        await AssertKeptAsync(bot, record);
    }

    private static JsonObject Asking(params (string Field, JsonNode? Value)[] more)
    {
        var body = new JsonObject { ["kind"] = "sms", ["model"] = "scripted", ["prompt"] = "Confirm the shift." };
        foreach (var (field, value) in more)
        {
            body[field] = value;
        }

        return body;
    }

    private static async Task<(int Status, string Code, JsonNode Record)> EndAsync(HttpClient client, JsonObject body)
    {
        using var response = await client.PostAsJsonAsync("/v1/iterate", body, Cancelled);
        var answer = await response.JsonAsync();
        Assert.True(answer["iteration"] is not null, answer.ToJsonString());
        return ((int)response.StatusCode, await response.ErrorCodeAsync(), answer["iteration"]!);
    }

    private static async Task<JsonNode> NewAsync(HttpClient client)
    {
        using var response = await client.PostAsJsonAsync("/v1/iterate", Asking(), Cancelled);
        return await response.JsonAsync();
    }

    private static async Task AssertKeptAsync(HttpClient client, JsonNode record) =>
        Assert.True(JsonNode.DeepEquals(record, await client.GetJsonAsync($"/v1/iterations/{record["id"]}")));

    private static async Task<ScriptedModel> ScriptAsync(params string[] answers) => await ScriptedModel.StartAsync(answers);
}

/// <summary>Gives its answers in order; a number is a status, and <c>hang</c> no answer at all.</summary>
internal sealed class ScriptedModel : IAsyncDisposable
{
    private readonly ConcurrentQueue<JsonNode> _asked = new();
    private StubServer? _server;

    public string Url => _server!.Url;

    public int Calls => _asked.Count;

    public static async Task<ScriptedModel> StartAsync(string[] answers)
    {
        var model = new ScriptedModel();
        model._server = await OllamaStub.StartAsync(async (context, body) =>
        {
            model._asked.Enqueue(body);
            var answer = answers[Math.Min(model._asked.Count, answers.Length) - 1];
            if (int.TryParse(answer, out var status))
            {
                context.Response.StatusCode = status;
                await context.Response.WriteAsync("""{"error":"on purpose"}""", context.RequestAborted);
            }
            else
            {
                await (answer == "hang" ? OllamaStub.HangAsync(context) : OllamaStub.LinesAsync(context, OllamaStub.Whole(answer)));
            }
        });
        return model;
    }

    public JsonNode Asked(int number) => _asked.ElementAt(number);

    public IEnumerable<string> Roles(int number) => Asked(number)["messages"]!.AsArray().Select(message => message!["role"]!.ToString());

    public ValueTask DisposeAsync() => _server!.DisposeAsync();
}
