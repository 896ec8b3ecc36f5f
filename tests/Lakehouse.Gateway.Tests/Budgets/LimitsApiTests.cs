using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Testing;
using Microsoft.Extensions.Options;
using static Lakehouse.Gateway.Tests.Keys.KeyCalls;

namespace Lakehouse.Gateway.Tests.Budgets;

public sealed class LimitsApiTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Limits_that_an_operator_sets_hold_until_they_are_deleted()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings(("Budgets:Consumers:bot:RequestsPerMinute", "40")));
        using var client = gateway.CreateClient();
        using var bot = gateway.As(GatewayApp.BotKey);
        var before = await bot.GetJsonAsync("/v1/budgets/bot");

        var set = await client.OkAsync(HttpMethod.Put, "/v1/budgets/bot", new JsonObject { ["calls"] = 1, ["tokens"] = null, ["nano_usd"] = 0, ["tokens_per_minute"] = 9 });
        using var granted = await bot.ChatAsync(Calls.Hello());
        using var denied = await bot.ChatAsync(Calls.Hello());
        var during = await bot.GetJsonAsync("/v1/budgets/bot");
        var reset = await client.OkAsync(HttpMethod.Delete, "/v1/budgets/bot");
        using var again = await bot.ChatAsync(Calls.Hello());

        Assert.Equal(
            ["consumer", "day", "caps", "used", "held", "remaining", "resets_at", "requests_per_minute", "tokens_per_minute", "source", "updated_at", "updated_by"],
            before.AsObject().Select(field => field.Key));
        Assert.Equal("""{"calls":20,"tokens":160000,"nano_usd":null} 40 configuration""", $"{before["caps"]!.ToJsonString()} {before["requests_per_minute"]} {before["source"]}");
        Assert.Equal("""{"calls":1,"tokens":null,"nano_usd":0} 40 9 operator operator""", $"{set["caps"]!.ToJsonString()} {set["requests_per_minute"]} {set["tokens_per_minute"]} {set["source"]} {set["updated_by"]}");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.OK), (granted.StatusCode, denied.StatusCode, again.StatusCode));
        Assert.Equal("""{"calls":0,"tokens":null,"nano_usd":0}""", during["remaining"]!.ToJsonString());
        Assert.Equal((before["caps"]!.ToJsonString(), "configuration", null), (reset["caps"]!.ToJsonString(), reset["source"]!.ToString(), reset["updated_by"]?.ToString()));
    }

    [Fact]
    public async Task Budget_is_seen_by_its_consumer_and_all_of_them_by_the_person_and_the_operator()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        using var client = gateway.CreateClient();
        await client.CreateAsync(New("ci"));
        await client.OkAsync(HttpMethod.Put, "/v1/budgets/early", new JsonObject { ["calls"] = 0 });
        string[] all = ["bot", "ci", "early", "lab", "local", "observer", "operator"];

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (await StatusAsync("/v1/budgets/lab", GatewayApp.LabKey), await StatusAsync("/v1/budgets/bot", GatewayApp.LabKey)));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await StatusAsync("/v1/budgets/bot", null), await StatusAsync("/v1/budgets/bot", OperatorKey)));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (await StatusAsync("/v1/budgets/nobody", null), await StatusAsync("/v1/budgets/nobody", OperatorKey)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/v1/budgets/bot", "wrong"));
        Assert.Equal(all, await NamesAsync(null));
        Assert.Equal(all, await NamesAsync(OperatorKey));
        Assert.Equal(["lab"], await NamesAsync(GatewayApp.LabKey));

        async Task<HttpStatusCode> StatusAsync(string path, string? key)
        {
            using var response = await client.SendAsync(HttpMethod.Get, path, key: key);
            return response.StatusCode;
        }

        async Task<IEnumerable<string>> NamesAsync(string? key)
        {
            using var response = await client.SendAsync(HttpMethod.Get, "/v1/budgets", key: key);
            return (await response.JsonAsync())["data"]!.AsArray().Select(view => view!["consumer"]!.ToString());
        }
    }

    [Fact]
    public async Task Consumer_that_nobody_listed_has_the_default_limits()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings(("Budgets:Default:Calls", "1"), ("Budgets:Default:TokensPerMinute", "77")));
        using var lab = gateway.As(GatewayApp.LabKey);

        using var granted = await lab.ChatAsync(Calls.Hello());
        using var denied = await lab.ChatAsync(Calls.Hello());
        var view = await lab.GetJsonAsync("/v1/budgets/lab");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (granted.StatusCode, denied.StatusCode));
        Assert.Equal("""{"calls":1,"tokens":20000000,"nano_usd":null} 77 default""", $"{view["caps"]!.ToJsonString()} {view["tokens_per_minute"]} {view["source"]}");
    }

    [Fact]
    public async Task Malformed_limits_are_refused_by_name_and_change_nothing()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        using var client = gateway.As(OperatorKey);
        (string Path, string Field, string Body)[] wrong =
        [
            ("bot", "body", "{}"), ("bot", "body", "[]"), ("bot", "body", "x"), ("bot", "calls", """{"calls":1,"calls":2}"""),
            ("bot", "calls", """{"calls":-1}"""), ("bot", "calls", """{"calls":"1"}"""), ("bot", "calls", """{"calls":1.5}"""), ("bot", "calls", """{"calls":9007199254740993}"""),
            ("bot", "tokens", """{"calls":1,"tokens":[]}"""), ("bot", "nano_usd", """{"nano_usd":true}"""), ("bot", "usd", """{"usd":1}"""),
            ("bot", "requests_per_minute", """{"requests_per_minute":0}"""), ("bot", "tokens_per_minute", """{"tokens_per_minute":-5}"""),
            ("Bot", "consumer", """{"calls":1}"""), ("a%3Ab", "consumer", """{"calls":1}"""), (new string('c', 65), "consumer", """{"calls":1}"""),
        ];

        foreach (var (path, field, body) in wrong)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await client.PutAsync($"/v1/budgets/{path}", content, Cancelled);
            var error = (await response.JsonAsync())["error"];
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest && error?["param"]?.ToString() == field, $"{path} {body} -> {response.StatusCode} {error?.ToJsonString()}");
        }

        Assert.Equal("configuration", (await client.GetJsonAsync("/v1/budgets/bot"))["source"]!.ToString());
        Assert.Equal(["bot", "lab", "local", "observer", "operator"], (await client.GetJsonAsync("/v1/budgets"))["data"]!.AsArray().Select(view => view!["consumer"]!.ToString()));
    }

    [Fact]
    public async Task Limits_can_be_set_while_redis_is_away()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        using var client = gateway.CreateClient();
        using var warm = await client.SendAsync(HttpMethod.Get, "/v1/budgets/bot");
        await gateway.Redis.KillAsync();

        var set = await client.OkAsync(HttpMethod.Put, "/v1/budgets/bot", new JsonObject { ["calls"] = 2 });
        using var gauge = await client.SendAsync(HttpMethod.Get, "/v1/budgets/bot");

        Assert.Equal(2, set["caps"]!["calls"]!.GetValue<long>());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "budget_unavailable"), (gauge.StatusCode, await gauge.ErrorCodeAsync()));
    }

    [Fact]
    public void Override_changes_what_it_names_and_leaves_the_rest()
    {
        var limits = new ConsumerLimits(Options.Create(new BudgetOptions
        {
            Default = new() { Calls = 7, Tokens = 70, RequestsPerMinute = 6 },
            Consumers = { ["a"] = new() { NanoUsd = 5 } },
        }));
        limits.Take([new("a", new Dictionary<string, long?> { ["calls"] = 1 }, default, "operator"), new("b", new Dictionary<string, long?> { ["tokens"] = null }, default, "operator")]);

        Assert.Equal(new ConsumerLimit(new(1, null, 5), null, null), limits.Of("a"));
        Assert.Equal(new ConsumerLimit(new(7, null, null), 6, null), limits.Of("b"));
        Assert.Equal(new ConsumerLimit(new(7, 70, null), 6, null), limits.Of("c"));
        limits.Take([]);
        Assert.Equal(new ConsumerLimit(new(null, null, 5), null, null), limits.Of("a"));
    }

    [Fact]
    public void Wrong_limits_of_the_configuration_are_told_all_at_once()
    {
        var faults = new BudgetOptionsValidator().Validate(null, new()
        {
            Default = new() { RequestsPerMinute = 0 },
            Sessions = new() { Tokens = -2 },
            Consumers = { ["bot"] = new() { Calls = -1, TokensPerMinute = 0 } },
        }).Failures!;

        Assert.Equal(
            [
                "Budgets:Consumers:bot:Calls is -1; accepted is 0 or more, or nothing for no cap.",
                "Budgets:Consumers:bot:TokensPerMinute is 0; accepted is 1 or more, or nothing for no limit.",
                "Budgets:Default:RequestsPerMinute is 0; accepted is 1 or more, or nothing for no limit.",
                "Budgets:Sessions:Tokens is -2; accepted is 0 or more, or nothing for no cap.",
            ],
            faults);
    }

    [Fact]
    public async Task Limits_for_nobody_and_limits_that_are_none_stop_the_start()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new()
        {
            ["Budgets:Consumers:CI:Calls"] = "5", ["Budgets:Consumers:bot:Call"] = "5", ["Budgets:Providers:anthropic:NanoUsd"] = "5", ["Budgets:Providers:gemini:RequestsPerMinute"] = "5",
            ["Budgets:Global:Usd"] = "5", ["Budgets:Session:Calls"] = "5",
        });

        var problem = Assert.Throws<OptionsValidationException>(() => gateway.CreateClient());

        Assert.Equal(
            [
                "Budgets:Consumers:bot:Call is not known here (its value is 5); accepted are Calls, Tokens, NanoUsd, RequestsPerMinute, TokensPerMinute.",
                "Budgets:Consumers:CI names no consumer; accepted is a name of a to z, 0 to 9, _ and -, a letter first, up to 64 characters.",
                "Budgets:Global:Usd is not known here (its value is 5); accepted are Calls, Tokens, NanoUsd.",
                "Budgets:Providers:anthropic names no provider; accepted are claude, gemini, ollama, ollama_cloud, openai, openrouter.",
                "Budgets:Providers:gemini:RequestsPerMinute is not known here (its value is 5); accepted are Calls, Tokens, NanoUsd.",
                "Budgets:Session is not known here; accepted are HoldLease, StoreTimeout, SweepInterval, Consumers, Default, Sessions, Providers, Global.",
            ],
            problem.Failures);
    }
}
