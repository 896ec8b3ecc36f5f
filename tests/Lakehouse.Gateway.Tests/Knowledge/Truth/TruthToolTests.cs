using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Tools;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Mvc.Testing;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Lakehouse.Gateway.Tests.Knowledge.Truth;

/// <summary>Rules on the way to a tool, whichever way that is.</summary>
public sealed class TruthToolTests(TestPostgres postgres)
{
    private const string Fill = """{"contract":{"city":"Toledo","deadline":"2026-12-01","budget_usd":900}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sql_tool_runs_nothing_that_destroys_and_nothing_empty()
    {
        var ran = new List<string>();
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        await using var app = gateway.With(new SqlStub(ran));
        using var bot = app.As(GatewayApp.BotKey);

        foreach (var sql in new[] { "drop table workers", "TRUNCATE workers", "with x as (select 1) delete from workers", "DR/**/OP table workers", "select 1; drop/**/table x", "", "  ;" })
        {
            using var refused = await bot.CallToolAsync("sql", new JsonObject { ["sql"] = sql }.ToJsonString());
            Assert.Equal((sql, HttpStatusCode.Forbidden, "truth_blocked"), (sql, refused.StatusCode, await refused.ErrorCodeAsync()));
            Assert.Equal(sql.Any(char.IsLetter) ? "sql-tool-no-destructive-sql" : "sql-tool-no-empty-sql", refused.Headers.GetValues("x-lakehouse-truth").Single());
        }

        using var missing = await bot.CallToolAsync("sql");
        Assert.Equal("truth_context.sql", (await missing.JsonAsync())["error"]!["param"]!.ToString());
        Assert.Empty(ran);
        Assert.All(await bot.AuditAsync(), call => Assert.Equal(("denied", "truth_blocked"), (call["verdict"]!.ToString(), call["error"]!.ToString())));

        const string Reads = "select dropped, is_deleted from workers where name = 'Deleteriou'";
        using var answered = await bot.CallToolAsync("sql", new JsonObject { ["sql"] = Reads }.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.Equal([Reads], ran);
    }

    [Fact]
    public async Task Callers_task_has_its_rules_too_with_the_arguments_on_top_of_its_facts()
    {
        var ran = new List<string>();
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        await using var app = gateway.With(new SqlStub(ran, "look_up"));
        using var bot = app.As(GatewayApp.BotKey);

        var wanting = await CallAsync("""{"arguments":{"sql":"select 1"},"task_class":"staffing.fill"}""");
        var destroying = await CallAsync($$"""{"arguments":{"sql":"delete from x"},"task_class":"staffing.fill","truth_context":{{Fill}}}""");
        var free = await CallAsync("""{"arguments":{"sql":"delete from x"}}""");
        var right = await CallAsync($$"""{"arguments":{"sql":"select 1"},"task_class":"staffing.fill","truth_context":{{Fill}}}""");
        var odd = await CallAsync("""{"arguments":{"sql":"select 1"},"truth_context":7}""");

        Assert.Equal([(422, "truth_context.contract.deadline"), (403, "arguments.sql"), (200, null), (200, null), (400, "truth_context")], new[] { wanting, destroying, free, right, odd });
        Assert.Equal(["delete from x", "select 1"], ran);
        Assert.Equal(["ok look_up", "ok look_up", "denied look_up", "invalid look_up"], (await bot.AuditAsync()).Select(call => $"{call["verdict"]} {call["tool"]}"));

        async Task<(int, string?)> CallAsync(string body)
        {
            using var response = await bot.PostAsync("/v1/tools/look_up/call", new StringContent(body), Cancelled);
            return ((int)response.StatusCode, (await response.JsonAsync())["error"]?["param"]?.ToString());
        }
    }

    [Fact]
    public async Task Redacted_argument_reaches_neither_the_tool_nor_the_audit()
    {
        using var files = new TruthFiles(("r.toml", TruthFiles.Rule("mask", "tool.sql", "{ kind = \"Always\" }", "{ kind = \"Redact\", texts = [\"nightingale\"], replacement = \"x\" }")));
        var ran = new List<string>();
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["Truth:Folder"] = files.Path });
        await using var app = gateway.With(new SqlStub(ran));
        using var bot = app.As(GatewayApp.BotKey);

        using var response = await bot.CallToolAsync("sql", """{"sql":"select 'Nightingale'"}""");

        Assert.Equal((HttpStatusCode.OK, "mask"), (response.StatusCode, response.Headers.GetValues("x-lakehouse-truth").Single()));
        Assert.Equal(["select 'x'"], ran);
        Assert.Equal("""{"sql":"select 'x'"}""", Assert.Single(await bot.AuditAsync())["parameters"]!.ToJsonString(ServiceDefaults.Contracts.LakehouseJson.Options));
    }

    [Fact]
    public async Task Model_that_calls_a_tool_against_a_rule_is_told_so_and_the_tool_does_not_run()
    {
        var ran = new List<string>();
        await using var model = await OllamaStub.StartAsync((context, body) => body["messages"]!.AsArray().Any(message => message!["role"]!.ToString() == "tool")
            ? OllamaStub.LinesAsync(context, OllamaStub.Whole("done"))
            : OllamaStub.LinesAsync(context, """{"model":"scripted","done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":4,"message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"lakehouse_look_up","arguments":{"sql":"truncate workers"}}}]}}"""));
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        await using var app = gateway.With(new SqlStub(ran, "look_up"));
        using var bot = app.As(GatewayApp.BotKey);
        var body = TruthChatTests.Asking("staffing.fill", Fill);
        body["tools"] = new JsonArray("lakehouse:look_up");

        using var response = await bot.ChatAsync(body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("truth_blocked", JsonNode.Parse(model.Requests.Last().Body)!["messages"]!.AsArray()[^1]!["content"]!.ToString(), StringComparison.Ordinal);
        Assert.Empty(ran);
        Assert.Equal("denied", Assert.Single(await bot.AuditAsync())["verdict"]!.ToString());
    }

    [Fact]
    public async Task What_a_tool_answers_is_redacted_before_the_model_and_the_session_see_it()
    {
        using var files = new TruthFiles(("r.toml", TruthFiles.Rule("no-ssn", "staffing.any", "{ kind = \"Always\" }", "{ kind = \"Redact\", fields = [\"worker.ssn\"] }")));
        await using var model = await OllamaStub.StartAsync((context, body) => body["messages"]!.AsArray().Any(message => message!["role"]!.ToString() == "tool")
            ? OllamaStub.LinesAsync(context, OllamaStub.Whole("done"))
            : OllamaStub.LinesAsync(context, """{"model":"scripted","done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":4,"message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"lakehouse_who","arguments":{}}}]}}"""));
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { ["Truth:Folder"] = files.Path });
        await using var app = gateway.With(new TestTool("who", (_, _) => Task.FromResult<JsonNode>(new JsonObject { ["ssn"] = "123-45-6789" })));
        using var bot = app.As(GatewayApp.BotKey);
        var session = (await (await bot.PostAsync("/v1/sessions", new StringContent("{}"), Cancelled)).JsonAsync())["id"]!.ToString();
        var body = TruthChatTests.Asking("staffing.fill", """{"worker":{"ssn":"123-45-6789"}}""");
        (body["tools"], body["session_id"]) = (new JsonArray("lakehouse:who"), session);

        using var response = await bot.ChatAsync(body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("[redacted]", model.Requests.Last().Body, StringComparison.Ordinal);
        Assert.All(model.Requests, request => Assert.DoesNotContain("6789", request.Body, StringComparison.Ordinal));
        Assert.DoesNotContain("6789", (await bot.GetJsonAsync($"/v1/sessions/{session}")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_hold_over_mcp()
    {
        var ran = new List<string>();
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["urls"] = "http://127.0.0.1:0" });
        await using var app = gateway.With(new SqlStub(ran));
        app.UseKestrel();
        var http = app.As(GatewayApp.BotKey);
        await using var client = await McpClient.CreateAsync(new HttpClientTransport(new() { Endpoint = new Uri(http.BaseAddress!, "/mcp"), TransportMode = HttpTransportMode.StreamableHttp }, http, ownsHttpClient: true), cancellationToken: Cancelled);

        var result = await client.CallToolAsync("sql", new Dictionary<string, object?> { ["sql"] = "drop table workers" }, cancellationToken: Cancelled);

        Assert.Equal((true, "truth_blocked: The truth rule sql-tool-no-destructive-sql blocks this: SQL that destroys data is never run. (sql has the word 'DROP' in it)"), (result.IsError, ((TextContentBlock)Assert.Single(result.Content)).Text));
        Assert.Empty(ran);
    }

    /// <summary>Stands for the SQL tool: keeps what it was told to run.</summary>
    private sealed class SqlStub(List<string> ran, string name = "sql") : Gateway.Tools.ITool
    {
        public string Name => name;

        public string Description => "For tests.";

        public string Category => "test";

        public Gateway.Tools.ToolPermission Permission => Gateway.Tools.ToolPermission.Read;

        public JsonObject Parameters { get; } = JsonNode.Parse("""{"type":"object","properties":{"sql":{"type":"string"}},"additionalProperties":false}""")!.AsObject();

        public Task<JsonNode> CallAsync(JsonObject arguments, Gateway.Tools.ToolContext context, CancellationToken cancellationToken)
        {
            ran.Add(arguments["sql"]!.ToString());
            return Task.FromResult<JsonNode>(new JsonObject { ["rows"] = 0 });
        }
    }
}
