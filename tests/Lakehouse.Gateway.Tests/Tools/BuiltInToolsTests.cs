using System.Globalization;
using System.Net;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Gateway.Tests.Sessions;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Tools;

public sealed class BuiltInToolsTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Usage_report_and_request_lookup_tell_of_a_chat()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var bot = gateway.As(GatewayApp.BotKey);
        using var lab = gateway.As(GatewayApp.LabKey);
        using var chat = await bot.ChatAsync(Calls.Hello());
        var id = chat.Headers.GetValues("x-lakehouse-request-id").Single();

        var report = await Eventually.GetAsync(() => lab.ResultAsync("usage_report", """{"group_by":["consumer"],"since":"2020-01-01"}"""), answer => answer["totals"]!["requests"]!.GetValue<long>() == 1, Cancelled);
        Assert.Equal("bot", Assert.Single(report["groups"]!.AsArray())!["key"]!["consumer"]!.ToString());
        Assert.Equal((18, 0), (report["totals"]!["total_tokens"]!.GetValue<long>(), report["groups_left_out"]!.GetValue<int>()));
        Assert.Equal(0, (await lab.ResultAsync("usage_report", """{"consumer":"lab"}"""))["totals"]!["requests"]!.GetValue<long>());

        var attempt = Assert.Single((await bot.ResultAsync("request_lookup", $$"""{"request_id":"{{id}}"}"""))["attempts"]!.AsArray())!;
        Assert.Equal(("ollama", "scripted", "ok", 11), (attempt["provider"]!.ToString(), attempt["model"]!.ToString(), attempt["outcome"]!.ToString(), attempt["prompt_tokens"]!.GetValue<long>()));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", attempt["started_at"]!.ToString());
        using var foreign = await lab.CallToolAsync("request_lookup", $$"""{"request_id":"{{id}}"}""");
        Assert.Equal((HttpStatusCode.NotFound, "request_not_found"), (foreign.StatusCode, await foreign.ErrorCodeAsync()));
        using var odd = await bot.CallToolAsync("usage_report", """{"since":"yesterday"}""");
        Assert.Equal("arguments.since", (await odd.JsonAsync())["error"]!["param"]!.ToString());
    }

    [Fact]
    public async Task Budget_status_is_the_callers_own_and_the_operator_may_name_another()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: KeyCalls.Settings());
        using var chief = gateway.As(KeyCalls.OperatorKey);
        using var bot = gateway.As(GatewayApp.BotKey);

        Assert.Equal(("bot", 20), (Name(await bot.ResultAsync("budget_status")), (await bot.ResultAsync("budget_status"))["remaining"]!["calls"]!.GetValue<long>()));
        Assert.Equal("observer", Name(await chief.ResultAsync("budget_status", """{"consumer":"observer"}""")));
        using var foreign = await bot.CallToolAsync("budget_status", """{"consumer":"observer"}""");
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (foreign.StatusCode, await foreign.ErrorCodeAsync()));

        static string Name(System.Text.Json.Nodes.JsonNode view) => view["consumer"]!.ToString();
    }

    [Fact]
    public async Task List_models_has_prices_and_whether_the_key_is_there()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["OLLAMA_API_KEY"] = "planted-secret-key-1" });
        using var bot = gateway.As(GatewayApp.BotKey);

        var answer = await bot.ResultAsync("list_models", """{"provider":"ollama_cloud"}""");

        var provider = Assert.Single(answer["providers"]!.AsArray())!;
        Assert.Equal(("ollama_cloud", true, true), (provider["name"]!.ToString(), provider["paid"]!.GetValue<bool>(), provider["ready"]!.GetValue<bool>()));
        var model = provider["models"]!.AsArray().Single(model => model!["name"]!.ToString() == "gpt-oss:20b")!;
        Assert.Equal((50, 200, "2026-11-01"), (model["input_nano_usd_per_token"]!.GetValue<long>(), model["output_nano_usd_per_token"]!.GetValue<long>(), model["as_of"]!.ToString()));
        Assert.DoesNotContain("planted-secret", answer.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains((await bot.ResultAsync("list_models"))["providers"]!.AsArray(), other => other!["name"]!.ToString() == "ollama");
    }

    [Fact]
    public async Task Session_search_finds_words_in_ones_own_sessions_only()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        using var lab = gateway.As(GatewayApp.LabKey);
        var own = await SessionsTests.CreateAsync(bot);
        var foreign = await SessionsTests.CreateAsync(lab);
        using var first = await SessionsTests.AppendAsync(bot, own, """{"role":"user","content":"The welder in Toledo"}""", """{"role":"user","content":[{"type":"text","text":"A roofer in Akron"}]}""");
        using var second = await SessionsTests.AppendAsync(lab, foreign, """{"role":"user","content":"Another welder"}""");

        var hit = Assert.Single((await bot.ResultAsync("session_search", """{"query":"welder","limit":5}"""))["hits"]!.AsArray())!;
        Assert.Equal((own, 1, "The **welder** in Toledo"), (hit["session_id"]!.ToString(), hit["seq"]!.GetValue<long>(), hit["excerpt"]!.ToString()));
        Assert.Equal(2, Assert.Single((await bot.ResultAsync("session_search", """{"query":"roofer -toledo"}"""))["hits"]!.AsArray())!["seq"]!.GetValue<long>());
        Assert.Empty((await bot.ResultAsync("session_search", """{"query":"plumber"}"""))["hits"]!.AsArray());
        Assert.Empty((await bot.ResultAsync("session_search", """{"query":"' or \u0000 1=1 --"}"""))["hits"]!.AsArray());
    }

    [Fact]
    public async Task Current_time_is_utc_now()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        var before = TimeProvider.System.GetUtcNow();

        var answer = await bot.ResultAsync("current_time");

        var time = DateTimeOffset.Parse(answer["utc"]!.ToString(), CultureInfo.InvariantCulture);
        Assert.InRange(time, before.AddMilliseconds(-1), TimeProvider.System.GetUtcNow());
        Assert.Equal((TimeSpan.Zero, time.DayOfWeek.ToString(), time.ToUnixTimeSeconds()), (time.Offset, answer["day_of_week"]!.ToString(), answer["unix_seconds"]!.GetValue<long>()));
    }
}
