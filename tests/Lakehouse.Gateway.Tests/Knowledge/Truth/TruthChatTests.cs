using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Telemetry;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Knowledge.Truth;

/// <summary>Rules on the way of a chat.</summary>
public sealed class TruthChatTests(TestPostgres postgres)
{
    private const string Toledo = """{"contract":{"city":"Toledo","deadline":"2026-12-01","budget_usd":900}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/chat", false)]
    [InlineData("/v1/chat", true)]
    [InlineData("/v1/chat/completions", false)]
    [InlineData("/v1/messages", false)]
    [InlineData("/v1/messages", true)]
    public async Task Blocked_or_rejected_chat_reaches_no_vendor_and_no_budget(string path, bool stream)
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(GatewayApp.BotKey);

        using var blocked = await PostAsync(client, path, Asking("staffing.fill", """{"contract":{"city":"Toledo","deadline":"2026-12-01","budget_usd":900},"worker":{"status":"on_leave"}}""", stream));
        using var rejected = await PostAsync(client, path, Asking("staffing.fill", null, stream));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.UnprocessableEntity), (blocked.StatusCode, rejected.StatusCode));
        Assert.Equal(("fill-worker-active", "fill-deadline-required,fill-budget-required,fill-city-required"), (Truth(blocked), Truth(rejected)));
        var (forbidden, wanting) = ((await blocked.JsonAsync())["error"]!, (await rejected.JsonAsync())["error"]!);
        if (path == "/v1/messages")
        {
            Assert.Equal(("permission_error", "truth_blocked"), (forbidden["type"]!.ToString(), forbidden["details"]!["error_code"]!.ToString()));
            Assert.Equal(("invalid_request_error", "truth_rejected"), (wanting["type"]!.ToString(), wanting["details"]!["error_code"]!.ToString()));
        }
        else
        {
            Assert.Equal(("permission_error", "truth_blocked", "truth_context.worker.status"), (forbidden["type"]!.ToString(), forbidden["code"]!.ToString(), forbidden["param"]!.ToString()));
            Assert.Equal(("invalid_request_error", "truth_rejected", "truth_context.contract.deadline"), (wanting["type"]!.ToString(), wanting["code"]!.ToString(), wanting["param"]!.ToString()));
        }

        Assert.Equal("The truth rule fill-worker-active blocks this: Only an active worker may be sent to a client. (worker.status is 'on_leave', compared with 'active')", forbidden["message"]!.ToString());
        Assert.Empty(model.Requests);
        var budget = await client.GetJsonAsync("/v1/budgets/bot");
        Assert.Equal(
            """[{"calls":0,"tokens":0,"nano_usd":0},{"calls":0,"tokens":0,"nano_usd":0}]""", new JsonArray(budget["used"]!.DeepClone(), budget["held"]!.DeepClone()).ToJsonString());

        var past = await PastAsync(client, blocked);
        Assert.Equal(("refused", "truth_blocked", "block"), (past["status"]!.ToString(), past["error"]!["code"]!.ToString(), past["truth"]!["verdict"]!.ToString()));
        Assert.Equal("""[{"id":"fill-worker-active","why":"worker.status is 'on_leave', compared with 'active'","action":"Block"}]""", past["truth"]!["fired"]!.ToJsonString(Plain));
        Assert.Equal(7, past["truth"]!["evaluated"]!.AsArray().Count);
    }

    [Fact]
    public async Task Chat_that_the_rules_allow_goes_on_says_so_and_sends_no_vendor_our_field()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(GatewayApp.BotKey);

        using var response = await client.ChatAsync(Asking("staffing.fill", Toledo));

        Assert.Equal((HttpStatusCode.OK, ""), (response.StatusCode, Truth(response)));
        Assert.DoesNotContain("Toledo", Assert.Single(model.Requests).Body, StringComparison.Ordinal);
        var past = await PastAsync(client, response);
        Assert.Equal(("pass", 0, 7), (past["truth"]!["verdict"]!.ToString(), past["truth"]!["fired"]!.AsArray().Count, past["truth"]!["evaluated"]!.AsArray().Count));
        Assert.Null(past["route"]!["truth"]);
    }

    [Fact]
    public async Task Pass_that_fires_is_reported_and_overrules_nothing()
    {
        using var files = new TruthFiles(("r.toml",
            TruthFiles.Rule("known-client", "x", "{ kind = \"FieldEquals\", field = \"client\", value = \"Acme\" }", "{ kind = \"Pass\" }") + TruthFiles.Rule("no-night", "x", "{ kind = \"FieldEquals\", field = \"shift\", value = \"night\" }", "{ kind = \"Block\", message = \"No nights.\" }")));
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { ["Truth:Folder"] = files.Path });
        using var client = gateway.As(GatewayApp.BotKey);

        using var passed = await client.ChatAsync(Asking("x", """{"client":"Acme"}"""));
        using var blocked = await client.ChatAsync(Asking("x", """{"client":"Acme","shift":"night"}"""));
        using var other = await client.ChatAsync(Asking("y", """{"shift":"night"}"""));

        Assert.Equal([(HttpStatusCode.OK, "known-client"), (HttpStatusCode.Forbidden, "known-client,no-night"), (HttpStatusCode.OK, "")], new[] { passed, blocked, other }.Select(reply => (reply.StatusCode, Truth(reply))));
        Assert.Null((await PastAsync(client, other))["truth"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Redacted_fields_and_texts_reach_neither_the_model_nor_the_session(bool stream)
    {
        using var files = new TruthFiles(("r.toml", TruthFiles.Rule("no-ssn", "staffing.any", "{ kind = \"FieldEmpty\", field = \"worker.ssn\", not = true }", "{ kind = \"Redact\", fields = [\"worker.ssn\", \"worker.age\"], texts = [\"Project Nightingale\"] }")));
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { ["Truth:Folder"] = files.Path });
        using var client = gateway.As(GatewayApp.BotKey);
        var session = (await (await client.PostAsync("/v1/sessions", new StringContent("{}"), Cancelled)).JsonAsync())["id"]!.ToString();
        // said before the rule knew of it
        using var before = await client.PostAsync($"/v1/sessions/{session}/messages", new StringContent("""{"messages":[{"role":"user","content":"Her number is 123-45-6789."}]}"""), Cancelled);
        var body = Asking("staffing.fill", """{"worker":{"ssn":"123-45-6789","age":41}}""", stream);
        body["session_id"] = session;
        body["context"] = false;
        body["messages"] = JsonNode.Parse("""
            [{"role":"user","content":[{"type":"text","text":"For PROJECT nightingale: 123-45-6789, aged 41, not 4100."}]},
             {"role":"assistant","content":null,"tool_calls":[{"id":"123-45-6789","type":"function","function":{"name":"find","arguments":"{\"quote\":\"\\\"123-45-6789\\\"\",\"age\":41}"}}]},
             {"role":"tool","tool_call_id":"123-45-6789","content":"{\"ssn\":\"123-45-6789\"}"}]
            """);

        using var response = await client.ChatAsync(body);

        Assert.Equal((HttpStatusCode.OK, "no-ssn"), (response.StatusCode, Truth(response)));
        var sent = JsonNode.Parse(Assert.Single(model.Requests).Body)!["messages"]!.AsArray();
        Assert.Equal(["Her number is [redacted].", "For [redacted]: [redacted], aged [redacted], not 4100."], sent.Where(message => message!["role"]!.ToString() == "user").Select(message => message!["content"]!.ToString()));
        Assert.Equal("""{"quote":"\"[redacted]\"","age":"[redacted]"}""", sent.Single(message => message!["tool_calls"] is not null)!["tool_calls"]![0]!["function"]!["arguments"]!.ToJsonString(Plain));
        Assert.Equal("""{"ssn":"[redacted]"}""", sent.Single(message => message!["role"]!.ToString() == "tool")!["content"]!.ToString());
        var kept = (await client.GetJsonAsync($"/v1/sessions/{session}"))["messages"]!.ToJsonString();
        Assert.DoesNotContain("Nightingale", kept, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("not 4100", kept, StringComparison.Ordinal);
        Assert.Equal("redact", (await PastAsync(client, response))["truth"]!["verdict"]!.ToString());
    }

    [Fact]
    public async Task Redaction_holds_for_a_body_that_a_vendor_understands_as_it_came()
    {
        using var files = new TruthFiles(("r.toml", TruthFiles.Rule("quiet", "x", "{ kind = \"Always\" }", "{ kind = \"Redact\", texts = [\"hush\"], replacement = \"***\" }")));
        await using var claude = await StubServer.StartAsync((context, _) => context.Response.WriteAsync("""{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""", Cancelled), Cancelled);
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new()
        {
            ["Truth:Folder"] = files.Path, ["Providers:claude:base_url"] = claude.Url, ["Providers:claude:api_key"] = "k-1",
        });
        using var client = gateway.As(GatewayApp.BotKey);

        foreach (var task in new[] { "x", "y" })
        {
            var body = JsonNode.Parse("""{"model":"claude/claude-haiku-5-5","max_tokens":50,"clamp":true,"truth_context":{"a":1},"system":"hush now","messages":[{"role":"user","content":"say hush"}]}""")!.AsObject();
            body["task_class"] = task;
            using var response = await PostAsync(client, "/v1/messages", body);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancelled));
        }

        var (redacted, native) = (claude.Requests.First().Body, claude.Requests.Last().Body);
        Assert.DoesNotContain("hush", redacted, StringComparison.Ordinal);
        Assert.Contains("say ***", redacted, StringComparison.Ordinal);
        Assert.Contains("say hush", native, StringComparison.Ordinal);
        Assert.All(new[] { redacted, native }, body => Assert.DoesNotContain("truth_context", body, StringComparison.Ordinal));
        Assert.All(new[] { redacted, native }, body => Assert.DoesNotContain("clamp", body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dry_run_tells_the_verdict_and_refuses_nothing()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(GatewayApp.BotKey);

        var rejected = await DryAsync(Asking("staffing.fill", null));
        var passed = await DryAsync(Asking("staffing.fill", Toledo));
        var plain = await DryAsync(Calls.Hello());

        Assert.Equal(("reject", 422, "truth_rejected"), (rejected["truth"]!["verdict"]!.ToString(), rejected["refused"]!["status"]!.GetValue<int>(), rejected["refused"]!["code"]!.ToString()));
        Assert.Equal("fill-deadline-required", rejected["truth"]!["fired"]![0]!["id"]!.ToString());
        Assert.Equal(("pass", null), (passed["truth"]!["verdict"]!.ToString(), passed["refused"]));
        Assert.Equal((null, null), (plain["truth"], plain["refused"]));
        Assert.Empty(model.Requests);

        async Task<JsonNode> DryAsync(JsonObject body)
        {
            body["dry_run"] = true;
            using var response = await client.ChatAsync(body);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await response.JsonAsync();
        }
    }

    [Fact]
    public async Task Verdict_is_on_the_requests_span()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore", Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData, ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(GatewayApp.BotKey);

        using var response = await client.ChatAsync(Asking("staffing.fill", """{"contract":{"deadline":"x","budget_usd":1}}"""));

        var trace = response.Headers.GetValues("traceresponse").Single().Split('-')[1];
        var span = await Eventually.GetAsync(() => Task.FromResult(spans.FirstOrDefault(span => span.TraceId.ToHexString() == trace && span.GetTagItem(TelemetryNames.TruthVerdict) is not null)), found => found is not null, Cancelled);
        Assert.Equal(("reject", "fill-city-required"), (span!.GetTagItem(TelemetryNames.TruthVerdict), span.GetTagItem(TelemetryNames.TruthFired)));
    }

    [Fact]
    public async Task Context_that_is_no_object_is_named()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(GatewayApp.BotKey);
        var body = Calls.Hello();
        body["truth_context"] = "Toledo";

        using var response = await client.ChatAsync(body);

        Assert.Equal((HttpStatusCode.BadRequest, "truth_context"), (response.StatusCode, (await response.JsonAsync())["error"]!["param"]!.ToString()));
    }

    private static System.Text.Json.JsonSerializerOptions Plain => ServiceDefaults.Contracts.LakehouseJson.Options;

    internal static JsonObject Asking(string taskClass, string? context, bool stream = false)
    {
        var body = Calls.Hello(stream: stream);
        body["task_class"] = taskClass;
        if (context is not null)
        {
            body["truth_context"] = JsonNode.Parse(context);
        }

        return body;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, JsonObject body) => client.PostAsync(path, new StringContent(body.ToJsonString()), Cancelled);

    private static string Truth(HttpResponseMessage response) => response.Headers.TryGetValues("x-lakehouse-truth", out var values) ? values.Single() : "";

    private static async Task<JsonNode> PastAsync(HttpClient client, HttpResponseMessage response)
    {
        var id = response.Headers.GetValues("x-lakehouse-request-id").Single();
        return await Eventually.GetAsync(() => client.GetJsonAsync($"/v1/requests/{id}"), answer => answer["status"] is not null, Cancelled);
    }
}
