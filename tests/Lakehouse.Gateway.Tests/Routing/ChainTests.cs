using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Routing;

public sealed class ChainTests(TestPostgres postgres)
{
    private static readonly Dictionary<string, string?> Roomy = new() { ["Budgets:Consumers:bot:Calls"] = "100000", ["Budgets:Consumers:bot:Tokens"] = "10000000" };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(404)]
    public async Task Failure_that_is_not_the_callers_making_goes_to_the_next_candidate(int status)
    {
        await using var app = await ChainApp.StartAsync(postgres, "retries_per_candidate = 0", Roomy, answers: ChainApp.Status(status, "60"));

        using var response = await app.Client.ChatAsync(Calls.Hello("auto"));

        Assert.Equal((HttpStatusCode.OK, "second", "2"), (response.StatusCode, response.Header("x-lakehouse-provider"), response.Header("x-lakehouse-attempts")));
        Assert.Equal([1, 1, 0], app.Asked());
        var request = await app.RequestAsync(response);
        Assert.Equal(("rule", "auto"), (request["route"]!["route"]!.ToString(), request["route"]!["rule"]!.ToString()));
        Assert.Equal(["first", "second"], request["attempts"]!.AsArray().Select(attempt => attempt!["provider"]!.ToString()));
        Assert.Equal(request["cost_nano_usd"]!.ToString(), response.Header("x-lakehouse-cost-nano-usd"));
        Assert.Equal("ok", request["status"]!.ToString());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task Failure_of_the_callers_making_goes_nowhere_else(int status)
    {
        await using var app = await ChainApp.StartAsync(postgres, settings: Roomy, answers: ChainApp.Status(status));

        using var response = await app.Client.ChatAsync(Calls.Hello("auto"));

        Assert.Equal((HttpStatusCode.BadRequest, "upstream_invalid_request"), (response.StatusCode, await response.ErrorCodeAsync()));
        Assert.Equal([1, 0, 0], app.Asked());
    }

    [Fact]
    public async Task Attempts_are_capped_over_the_whole_chain_and_every_one_is_a_call_of_the_budget()
    {
        var fails = ChainApp.Status(500);
        await using var app = await ChainApp.StartAsync(postgres, "max_attempts = 3\nretries_per_candidate = 1", Roomy, answers: [fails, fails, fails]);

        using var response = await app.Client.ChatAsync(Calls.Hello("auto"));

        Assert.Equal((HttpStatusCode.BadGateway, "upstream_unavailable"), (response.StatusCode, await response.ErrorCodeAsync()));
        Assert.Equal([2, 1, 0], app.Asked());
        var budget = await app.Client.GetJsonAsync("/v1/budgets/bot");
        Assert.Equal((3L, 0L), (budget["used"]!["calls"]!.GetValue<long>(), budget["held"]!["calls"]!.GetValue<long>()));
        Assert.Equal(3, (await app.RequestAsync(response))["attempts"]!.AsArray().Count);
    }

    [Fact]
    public async Task Chain_stops_when_the_budget_has_no_call_left_and_tells_the_first_failure()
    {
        var fails = ChainApp.Status(500);
        await using var app = await ChainApp.StartAsync(postgres, "max_attempts = 6", new() { ["Budgets:Consumers:bot:Calls"] = "2", ["Budgets:Consumers:bot:Tokens"] = "1000000" }, answers: [fails, fails, fails]);

        using var response = await app.Client.ChatAsync(Calls.Hello("auto"));

        Assert.Equal("upstream_unavailable", await response.ErrorCodeAsync());
        Assert.Equal(2, app.Asked().Sum());
    }

    [Fact]
    public async Task Money_of_a_request_is_capped_over_the_whole_chain()
    {
        // an attempt may cost 32 * 10 + 50 * 100 at most; a failed one is charged in full
        var fails = ChainApp.Status(500);
        await using var app = await ChainApp.StartAsync(postgres, "retries_per_candidate = 0", Roomy, "max_cost_nano_usd = 6000", fails, fails);

        using var response = await app.Client.ChatAsync(Calls.Hello("auto"));

        Assert.Equal("request_cost_exceeded", await response.ErrorCodeAsync());
        Assert.Equal([1, 0, 0], app.Asked());
    }

    [Fact]
    public async Task Request_that_may_cost_more_than_its_route_allows_is_refused_before_anything_is_sent()
    {
        await using var app = await ChainApp.StartAsync(postgres, settings: Roomy, rule: "max_cost_nano_usd = 5000");

        using var response = await app.Client.ChatAsync(Calls.Hello("auto"));

        Assert.Equal((HttpStatusCode.TooManyRequests, "request_cost_exceeded"), (response.StatusCode, await response.ErrorCodeAsync()));
        Assert.Equal([0, 0, 0], app.Asked());
        Assert.Equal(0, (await app.Client.GetJsonAsync("/v1/budgets/bot"))["used"]!["calls"]!.GetValue<long>());
        var refused = await app.RequestAsync(response);
        Assert.Equal(("refused", "request_cost_exceeded"), (refused["status"]!.ToString(), refused["error"]!["code"]!.ToString()));
    }

    [Fact]
    public async Task Retry_waits_for_what_the_vendor_asked_and_answers_in_the_end()
    {
        var times = 0;
        await using var app = await ChainApp.StartAsync(postgres, settings: Roomy, answers: (context, body) => Interlocked.Increment(ref times) == 1 ? ChainApp.Status(429, "1")(context, body) : OllamaStub.HelloAsync(context, body));

        using var response = await app.Client.ChatAsync(Calls.Hello("auto"));

        Assert.Equal((HttpStatusCode.OK, "first", "2"), (response.StatusCode, response.Header("x-lakehouse-provider"), response.Header("x-lakehouse-attempts")));
        Assert.Equal([2, 0, 0], app.Asked());
    }

    [Fact]
    public async Task Open_circuit_is_left_alone_until_its_cooldown_is_over()
    {
        var broken = true;
        await using var app = await ChainApp.StartAsync(postgres, "retries_per_candidate = 0\n[breaker]\nfailures = 2\ncooldown_seconds = 1", Roomy,
            answers: (context, body) => broken ? ChainApp.Status(500)(context, body) : OllamaStub.HelloAsync(context, body));

        for (var call = 0; call < 4; call++)
        {
            using var response = await app.Client.ChatAsync(Calls.Hello("auto"));
            Assert.Equal("second", response.Header("x-lakehouse-provider"));
        }

        Assert.Equal([2, 4, 0], app.Asked());
        broken = false;
        await Eventually.TrueAsync(async () =>
        {
            using var response = await app.Client.ChatAsync(Calls.Hello("auto"));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return response.Header("x-lakehouse-provider") == "first";
        }, Cancelled);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_that_decides_nothing_leaves_the_next_one_to_try_an_open_circuit(bool isRefusedByTheBudget)
    {
        var status = 500;
        await using var app = await ChainApp.StartAsync(postgres, "retries_per_candidate = 0\n[breaker]\nfailures = 1\ncooldown_seconds = 2", new(Roomy) { ["Budgets:Consumers:lab:Calls"] = "0" },
            answers: (context, body) => status == 200 ? OllamaStub.HelloAsync(context, body) : ChainApp.Status(status)(context, body));
        using var lab = app.Gateway.As(GatewayApp.LabKey);
        using var broken = await app.Client.ChatAsync(Calls.Hello("first/m"));
        status = 400;

        // the one call that may try it: without a budget, or not to the vendor's liking
        var tries = isRefusedByTheBudget ? lab : app.Client;
        var code = await Eventually.GetAsync(async () =>
        {
            using var tried = await tries.ChatAsync(Calls.Hello("first/m"));
            return await tried.ErrorCodeAsync();
        }, found => found != "circuit_open", Cancelled);
        status = 200;
        using var next = await app.Client.ChatAsync(Calls.Hello("first/m"));

        Assert.Equal(isRefusedByTheBudget ? "budget_exceeded" : "upstream_invalid_request", code);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Stream_changes_its_provider_before_the_first_content_and_never_after()
    {
        await using var before = await ChainApp.StartAsync(postgres, "retries_per_candidate = 0", Roomy, answers: (context, _) => OllamaStub.LinesAsync(context, """{"error":"model crashed"}"""));
        using var moved = await before.Client.ChatAsync(Calls.Hello("auto", stream: true));
        var text = await moved.Content.ReadAsStringAsync(Cancelled);
        Assert.Equal("second", moved.Header("x-lakehouse-provider"));
        Assert.Contains("Hel", text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);

        await using var after = await ChainApp.StartAsync(postgres, "retries_per_candidate = 0", Roomy, answers: (context, _) => OllamaStub.LinesAsync(context, OllamaStub.Piece("Half"), """{"error":"model crashed"}"""));
        using var broken = await after.Client.PostStreamAsync(Calls.Hello("auto", stream: true));
        var seen = await broken.ReadUntilBrokenAsync();
        Assert.Contains("Half", seen, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"error\"", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", seen, StringComparison.Ordinal);
        Assert.Equal([1, 0, 0], after.Asked());
    }

    [Fact]
    public async Task Cost_of_a_stream_comes_in_its_usage_chunk()
    {
        await using var app = await ChainApp.StartAsync(postgres, settings: Roomy);
        var body = Calls.Hello("auto", stream: true);
        body["stream_options"] = new JsonObject { ["include_usage"] = true };

        using var response = await app.Client.ChatAsync(body);
        var text = await response.Content.ReadAsStringAsync(Cancelled);

        var usage = text.Split("data: ").Where(data => data.StartsWith('{')).Select(data => JsonNode.Parse(data)!["usage"]).OfType<JsonObject>().Single();
        Assert.Equal((18L, (11L * 10) + (7 * 100)), (usage["total_tokens"]!.GetValue<long>(), usage["cost_nano_usd"]!.GetValue<long>()));
    }

    [Fact]
    public async Task Dry_run_tells_chain_price_and_decision_and_calls_nobody()
    {
        await using var app = await ChainApp.StartAsync(postgres, settings: new() { ["Budgets:Consumers:bot:Tokens"] = "60" });
        var body = Calls.Hello("auto");
        body["dry_run"] = true;

        using var response = await app.Client.ChatAsync(body);

        var plan = await response.JsonAsync();
        Assert.Equal(("dry_run", "rule", "auto"), (plan["object"]!.ToString(), plan["route"]!["reason"]!.ToString(), plan["route"]!["rule"]!.ToString()));
        Assert.Equal(["first/m", "second/m", "third/m"], plan["chain"]!.AsArray().Select(target => target!["target"]!.ToString()));
        var first = plan["chain"]![0]!;
        Assert.Equal(("budget_exceeded", "consumer:bot"), (first["decision"]!.ToString(), first["denied_by"]!.ToString()));
        Assert.Equal((32L + 50, (32 * 10L) + 5000), (first["estimate"]!["tokens_at_most"]!.GetValue<long>(), first["estimate"]!["cost_nano_usd_at_most"]!.GetValue<long>()));
        Assert.Equal([0, 0, 0], app.Asked());
        Assert.Equal(0, (await app.Client.GetJsonAsync("/v1/budgets/bot"))["used"]!["calls"]!.GetValue<long>());
    }

    [Fact]
    public async Task Dry_run_of_a_provider_without_its_key_tells_price_and_decision_too()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        var body = Calls.Hello("ollama_cloud/gpt-oss:20b");
        body["dry_run"] = true;

        using var response = await bot.ChatAsync(body);

        var target = Assert.Single((await response.JsonAsync())["chain"]!.AsArray())!;
        Assert.Equal(("ollama_cloud/gpt-oss:20b", "provider_not_configured"), (target["target"]!.ToString(), target["decision"]!.ToString()));
        Assert.True(target["estimate"]!["price_known"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Clamp_shortens_the_answer_to_what_the_budget_has_left_and_without_it_the_call_is_refused()
    {
        await using var app = await ChainApp.StartAsync(postgres, settings: new() { ["Budgets:Consumers:bot:Tokens"] = "60" });

        using var refused = await app.Client.ChatAsync(Calls.Hello("auto"));
        Assert.Equal("budget_exceeded", await refused.ErrorCodeAsync());
        var body = Calls.Hello("auto");
        body["clamp"] = true;
        using var clamped = await app.Client.ChatAsync(body);

        Assert.Equal(HttpStatusCode.OK, clamped.StatusCode);
        // 32 tokens of prompt at most, so 28 are left for the answer
        Assert.Equal(28, JsonNode.Parse(app.Models[0].Requests.Single().Body)!["options"]!["num_predict"]!.GetValue<int>());
    }

    [Fact]
    public async Task Requests_of_a_minute_are_limited_with_the_time_to_wait()
    {
        await using var app = await ChainApp.StartAsync(postgres, settings: new() { ["Budgets:Consumers:bot:RequestsPerMinute"] = "2" });

        for (var call = 0; call < 2; call++)
        {
            using var granted = await app.Client.ChatAsync(Calls.Hello("auto"));
            Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
        }

        using var limited = await app.Client.ChatAsync(Calls.Hello("auto"));

        Assert.Equal((HttpStatusCode.TooManyRequests, "rate_limited"), (limited.StatusCode, await limited.ErrorCodeAsync()));
        Assert.InRange(limited.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30);
        Assert.Equal([2, 0, 0], app.Asked());
        Assert.Equal(2, (await app.Client.GetJsonAsync("/v1/budgets/bot"))["used"]!["calls"]!.GetValue<long>());
    }

    [Fact]
    public async Task Tokens_of_a_minute_are_limited_and_what_was_not_used_is_given_back()
    {
        // each call holds 32 + 50 and uses 18: held alone, the second would not fit
        await using var app = await ChainApp.StartAsync(postgres, settings: new() { ["Budgets:Consumers:bot:TokensPerMinute"] = "110" });

        using var first = await app.Client.ChatAsync(Calls.Hello("auto"));
        using var second = await app.Client.ChatAsync(Calls.Hello("auto"));
        using var third = await app.Client.ChatAsync(Calls.Hello("auto"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (first.StatusCode, second.StatusCode, third.StatusCode));
        Assert.Equal("rate_limited", await third.ErrorCodeAsync());
    }

    [Fact]
    public async Task Rules_send_harder_cases_elsewhere()
    {
        await using var app = await ChainApp.StartAsync(postgres, settings: Roomy, rule: """
            min_failed_attempts = 2
            task_class = "bot.*"
            [[rule]]
            name = "rest"
            model = "auto"
            chain = ["third/m"]
            """);
        var body = Calls.Hello("auto");
        (body["failed_attempts"], body["task_class"]) = (2, "bot.proposal");

        using var hard = await app.Client.ChatAsync(body);
        using var easy = await app.Client.ChatAsync(Calls.Hello("auto"));

        Assert.Equal(("first", "third"), (hard.Header("x-lakehouse-provider"), easy.Header("x-lakehouse-provider")));
        Assert.Null(JsonNode.Parse(app.Models[0].Requests.Single().Body)!["failed_attempts"]);
    }
}
