using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Gateway.Tools;
using Lakehouse.ServiceDefaults.Telemetry;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Tools;

public sealed class ToolsTests(TestPostgres postgres)
{
    private static readonly (string Arguments, string Param, string Says)[] BadArguments =
    [
        ("""{"text":7}""", "arguments.text", "is 7; accepted is string"),
        ("""{"shape":1}""", "arguments.shape", "is not known; accepted is text, api_key, colour, place, tags"),
        ("""{"colour":"blue"}""", "arguments.colour", "is \"blue\"; accepted is red, green"),
        ("""{"place":{}}""", "arguments.place.floor", "is missing"),
        ("""{"place":{"floor":10}}""", "arguments.place.floor", "is 10; accepted is 0 to 9"),
        ("""{"place":{"floor":1.5}}""", "arguments.place.floor", "is 1.5; accepted is integer"),
        ("""{"place":{"floor":1,"door":2}}""", "arguments.place.door", "is not known; accepted is floor"),
        ("""{"tags":["a","B"]}""", "arguments.tags[1]", "is \"B\"; accepted is a text that matches ^[a-z]+$"),
        ("""{"tags":["a","b","c"]}""", "arguments.tags", "accepted is a list of 0 to 2"),
        ("""{"text":null}""", "arguments.text", "is null; accepted is string"),
        ("{\"text\":\"half \\ud83d\"}", "arguments", "no Unicode"),
        ("""{"place":{"floor":99999999999999999999999}}""", "arguments", "cannot be taken"),
        ("""{"place":{"floor":1e400}}""", "arguments.place.floor", "accepted is 0 to 9"),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Registry_is_listed_with_schemas_and_what_the_caller_may()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        await using var app = gateway.With(TestTool.Echo("wipe", ToolPermission.Admin));
        using var bot = app.As(GatewayApp.BotKey);

        var tools = (await bot.GetJsonAsync("/v1/tools"))["data"]!.AsArray();
        var one = await bot.GetJsonAsync("/v1/tools/session_search");

        var names = tools.Select(tool => tool!["name"]!.ToString()).ToList();
        Assert.Superset(new HashSet<string> { "budget_status", "current_time", "list_models", "request_lookup", "search_workers", "session_search", "sql", "usage_report", "wipe" }, names.ToHashSet());
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.All(tools, tool => Assert.Equal(tool!["permission"]!.ToString() != "admin", tool["allowed"]!.GetValue<bool>()));
        Assert.Equal("admin", tools.Single(tool => tool!["name"]!.ToString() == "wipe")!["permission"]!.ToString());
        Assert.Equal("sessions", one["category"]!.ToString());
        Assert.Equal(["query"], one["parameters"]!["required"]!.AsArray().Select(name => name!.ToString()));
    }

    [Fact]
    public async Task Call_answers_and_is_audited()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        await using var app = gateway.With(TestTool.Echo());
        using var bot = app.As(GatewayApp.BotKey);

        using var response = await bot.CallToolAsync("echo", """{"text":"hällo"}""");

        var answer = await response.JsonAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"text":"hällo"}""", answer["result"]!.ToJsonString(ServiceDefaults.Contracts.LakehouseJson.Options));
        var call = Assert.Single(await bot.AuditAsync());
        Assert.Equal(answer["audit_id"]!.ToString(), call["audit_id"]!.ToString());
        Assert.Matches("^aud_[0-9a-f]{32}$", call["audit_id"]!.ToString());
        Assert.Equal(("bot", "echo", "ok", 17), (call["consumer"]!.ToString(), call["tool"]!.ToString(), call["verdict"]!.ToString(), call["result_bytes"]!.GetValue<int>()));
        Assert.Equal("hällo", call["parameters"]!["text"]!.ToString());
        Assert.Equal(answer["duration_ms"]!.GetValue<long>(), call["duration_ms"]!.GetValue<long>());
        Assert.Null(call["error"]);
    }

    [Fact]
    public async Task Bad_arguments_are_refused_by_path_and_audited_as_invalid()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        var ran = 0;
        await using var app = gateway.With(new TestTool("echo", (_, _) => Task.FromResult<JsonNode>(++ran)));
        using var bot = app.As(GatewayApp.BotKey);

        foreach (var (arguments, param, says) in BadArguments)
        {
            using var response = await bot.CallToolAsync("echo", arguments);

            var error = (await response.JsonAsync())["error"]!;
            Assert.Equal((arguments, HttpStatusCode.BadRequest, param), (arguments, response.StatusCode, error["param"]!.ToString()));
            Assert.Contains(says, error["message"]!.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(0, ran);
        var audited = await bot.AuditAsync();
        Assert.Equal(BadArguments.Length, audited.Count);
        Assert.All(audited, call => Assert.Equal(("invalid", "invalid_request"), (call["verdict"]!.ToString(), call["error"]!.ToString())));
    }

    [Fact]
    public async Task Bad_body_is_refused()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);

        foreach (var (body, param) in new[] { ("[]", "body"), ("""{"arguments":[]}""", "arguments"), ("""{"args":{}}""", "args") })
        {
            using var response = await bot.PostAsync("/v1/tools/current_time/call", new StringContent(body), Cancelled);

            Assert.Equal((HttpStatusCode.BadRequest, param), (response.StatusCode, (await response.JsonAsync())["error"]!["param"]!.ToString()));
        }
    }

    [Fact]
    public async Task Unknown_tool_is_404_and_denied_one_403_both_audited()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["Keys:operator"] = KeyCalls.OperatorKey });
        await using var app = gateway.With(TestTool.Echo("wipe", ToolPermission.Admin));
        using var bot = app.As(GatewayApp.BotKey);
        using var admin = app.As(KeyCalls.OperatorKey);

        using var unknown = await bot.CallToolAsync("nothing");
        using var read = await bot.GetAsync("/v1/tools/nothing", Cancelled);
        using var denied = await bot.CallToolAsync("wipe");
        using var admitted = await admin.CallToolAsync("wipe");

        Assert.Equal((HttpStatusCode.NotFound, "tool_not_found"), (unknown.StatusCode, await unknown.ErrorCodeAsync()));
        Assert.Equal((HttpStatusCode.NotFound, "tool_not_found"), (read.StatusCode, await read.ErrorCodeAsync()));
        Assert.Equal((HttpStatusCode.Forbidden, "tool_denied"), (denied.StatusCode, await denied.ErrorCodeAsync()));
        Assert.Equal(HttpStatusCode.OK, admitted.StatusCode);
        Assert.Equal(["denied wipe", "invalid nothing"], (await bot.AuditAsync()).Select(call => $"{call["verdict"]} {call["tool"]}"));
    }

    [Fact]
    public async Task Failing_tool_tells_the_caller_nothing_of_its_insides()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        await using var app = gateway.With(
            new TestTool("broken", (_, _) => throw new InvalidOperationException("Password=hunter2 at /srv/secret.cs")),
            new TestTool("slow", async (_, _) => await new TaskCompletionSource<JsonNode>().Task, timeout: TimeSpan.FromMilliseconds(50)),
            new TestTool("picky", (_, _) => throw Gateway.Errors.ApiError.BadInput("arguments.text", "arguments.text is odd; accepted is even.")));
        using var bot = app.As(GatewayApp.BotKey);

        using var broken = await bot.CallToolAsync("broken");
        using var slow = await bot.CallToolAsync("slow");
        using var picky = await bot.CallToolAsync("picky");

        Assert.Equal((HttpStatusCode.BadGateway, "tool_failed"), (broken.StatusCode, await broken.ErrorCodeAsync()));
        var text = await broken.Content.ReadAsStringAsync(Cancelled);
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret.cs", text, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.GatewayTimeout, "tool_timeout"), (slow.StatusCode, await slow.ErrorCodeAsync()));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (picky.StatusCode, await picky.ErrorCodeAsync()));
        Assert.Equal(["invalid picky invalid_request", "error slow tool_timeout", "error broken tool_failed"], (await bot.AuditAsync()).Select(call => $"{call["verdict"]} {call["tool"]} {call["error"]}"));
        Assert.Contains((await bot.AuditAsync("?tool=broken"))[0]["audit_id"]!.ToString(), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_is_paged_and_filtered_and_each_key_sees_its_own()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["Keys:operator"] = KeyCalls.OperatorKey });
        await using var app = gateway.With(TestTool.Echo());
        using var bot = app.As(GatewayApp.BotKey);
        using var lab = app.As(GatewayApp.LabKey);
        using var admin = app.As(KeyCalls.OperatorKey);
        for (var index = 0; index < 3; index++)
        {
            await bot.ResultAsync("echo", $$"""{"text":"{{index}}"}""");
        }

        await lab.ResultAsync("current_time");

        var first = await bot.GetJsonAsync("/v1/tools/audit?limit=2");
        var rest = await bot.GetJsonAsync($"/v1/tools/audit?limit=2&after={first["next_after"]}");
        Assert.Equal(["2", "1", "0"], first["data"]!.AsArray().Concat(rest["data"]!.AsArray()).Select(call => call!["parameters"]!["text"]!.ToString()));
        Assert.Equal((true, false), (first["has_more"]!.GetValue<bool>(), rest["has_more"]!.GetValue<bool>()));
        Assert.Equal(["lab"], (await lab.AuditAsync()).Select(call => call["consumer"]!.ToString()));
        Assert.Equal(["lab", "bot", "bot", "bot"], (await admin.AuditAsync()).Select(call => call["consumer"]!.ToString()));
        Assert.Equal(3, (await admin.AuditAsync("?consumer=bot")).Count);
        Assert.Single(await admin.AuditAsync("?tool=current_time&since=2020-01-01"));
        Assert.Empty(await admin.AuditAsync("?since=2999-01-01"));
        using var foreign = await bot.GetAsync("/v1/tools/audit?consumer=lab", Cancelled);
        Assert.Equal((HttpStatusCode.Forbidden, "audit_denied"), (foreign.StatusCode, await foreign.ErrorCodeAsync()));
        foreach (var (query, param) in new[] { ("since=yesterday", "since"), ("limit=x", "limit"), ("after=ses_1", "after"), ("colour=red", "colour"), ("tool=%00", "tool") })
        {
            using var bad = await bot.GetAsync($"/v1/tools/audit?{query}", Cancelled);
            Assert.Equal((HttpStatusCode.BadRequest, param), (bad.StatusCode, (await bad.JsonAsync())["error"]!["param"]!.ToString()));
        }
    }

    [Fact]
    public async Task Secrets_in_parameters_are_not_kept()
    {
        const string vendorKey = "sk-proj-abcdefghijklmnop1234";
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        await using var app = gateway.With(TestTool.Echo());
        using var bot = app.As(GatewayApp.BotKey);

        await bot.ResultAsync("echo", $$"""{"api_key":"plain words","text":"use {{vendorKey}} please"}""");
        using var unknown = await bot.CallToolAsync("nothing", $$"""{"deep":[{"password":"hunter2","{{vendorKey}}":1}]}""");

        var kept = string.Concat((await bot.AuditAsync()).Select(call => call["parameters"]!.ToJsonString()));
        Assert.Equal("""{"deep":[{"password":"[secret]","[secret]":1}]}{"api_key":"[secret]","text":"use [secret] please"}""", kept);
    }

    [Fact]
    public async Task Too_large_arguments_are_413()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);

        using var refused = await bot.CallToolAsync("current_time", $$"""{"x":"{{new string('x', 256 << 10)}}"}""");

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "request_too_large"), (refused.StatusCode, await refused.ErrorCodeAsync()));
        Assert.Equal("invalid", Assert.Single(await bot.AuditAsync())["verdict"]!.ToString());
    }

    [Fact]
    public async Task Call_is_a_span_of_the_genai_conventions()
    {
        var spans = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.Gateway, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData, ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);

        using var response = await bot.CallToolAsync("current_time");

        var audited = (await response.JsonAsync())["audit_id"]!.ToString();
        var span = Assert.Single(spans, span => audited.Equals(span.GetTagItem(TelemetryNames.AuditId)));
        Assert.Equal("execute_tool current_time", span.DisplayName);
        Assert.Equal(("execute_tool", "current_time", "function", "bot", "ok"),
            (span.GetTagItem("gen_ai.operation.name"), span.GetTagItem("gen_ai.tool.name"), span.GetTagItem("gen_ai.tool.type"), span.GetTagItem("lakehouse.consumer"), span.GetTagItem("lakehouse.tool.verdict")));
        Assert.Equal(span.TraceId.ToHexString(), (await bot.AuditAsync())[0]["trace_id"]!.ToString());
    }

    [Fact]
    public async Task Production_needs_a_key()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["environment"] = "Production" });
        using var keyless = gateway.As(null);

        foreach (var path in new[] { "/v1/tools", "/v1/tools/current_time", "/v1/tools/audit" })
        {
            using var response = await keyless.GetAsync(path, Cancelled);
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, response.StatusCode));
        }

        using var call = await keyless.CallToolAsync("current_time");
        Assert.Equal(HttpStatusCode.Unauthorized, call.StatusCode);
    }

    [Fact]
    public void Two_tools_of_one_name_or_a_name_no_model_can_call_do_not_start()
    {
        Assert.Throws<InvalidOperationException>(() => new ToolRegistry([TestTool.Echo(), TestTool.Echo()]));
        Assert.Throws<InvalidOperationException>(() => new ToolRegistry([TestTool.Echo("two words")]));
        Assert.Throws<InvalidOperationException>(() => new ToolRegistry([TestTool.Echo("audit")]));
    }
}
