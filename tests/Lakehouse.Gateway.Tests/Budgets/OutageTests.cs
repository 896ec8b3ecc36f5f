using System.Net;
using Lakehouse.Gateway.Tests.Errors;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Budgets;

/// <summary>The budget store away, flushed, and back.</summary>
public sealed class OutageTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_away_refuses_the_capped_and_lets_the_uncapped_use_free_models()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { ["Providers:ollama_cloud:api_key"] = "k-0123456789", ["Budgets:Consumers:lab:Calls"] = "" });
        using var bot = gateway.As(GatewayApp.BotKey);
        using var lab = gateway.As(GatewayApp.LabKey);
        using var before = await lab.ChatAsync(Calls.Hello());
        await gateway.Redis.KillAsync();

        using var capped = await bot.ChatAsync(Calls.Hello());
        using var paid = await lab.ChatAsync(Calls.Hello("cloud/gpt-oss:20b"));
        using var free = await lab.ChatAsync(Calls.Hello());
        using var health = await bot.GetAsync("/health", Cancelled);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "budget_unavailable"), (capped.StatusCode, await capped.ErrorCodeAsync()));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "budget_unavailable"), (paid.StatusCode, await paid.ErrorCodeAsync()));
        Assert.Equal(HttpStatusCode.OK, free.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Equal(2, model.Requests.Count);
        var usage = await lab.GetJsonAsync("/v1/usage?consumer=lab");
        Assert.True(usage["totals"]!["requests"]!.GetValue<long>() >= 1, usage.ToJsonString());
    }

    [Theory]
    [InlineData(RedisKind.Garnet)]
    [InlineData(RedisKind.Real)]
    public async Task Calls_on_their_way_are_held_again_when_redis_was_flushed(RedisKind kind)
    {
        var (asked, answer) = (new SemaphoreSlim(0), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var model = await OllamaStub.StartAsync(async (context, body) =>
        {
            asked.Release();
            await answer.Task;
            await OllamaStub.HelloAsync(context, body);
        });
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, kind, new() { ["Budgets:Consumers:bot:Calls"] = "2" });
        using var bot = gateway.As(GatewayApp.BotKey);
        var calls = new[] { bot.ChatAsync(Calls.Hello()), bot.ChatAsync(Calls.Hello()) };
        await asked.WaitAsync(Cancelled);
        await asked.WaitAsync(Cancelled);
        await gateway.Counters.ExecuteAsync("FLUSHALL");

        using var third = await bot.ChatAsync(Calls.Hello());
        answer.SetResult();
        var answers = await Task.WhenAll(calls);

        Assert.Equal("budget_exceeded", await third.ErrorCodeAsync());
        Assert.All(answers, one => Assert.Equal(HttpStatusCode.OK, one.StatusCode));
        var budget = await bot.GetJsonAsync("/v1/budgets/bot");
        Assert.Equal((2, 0, 2 * 18, 0), (Of("used", "calls"), Of("held", "calls"), Of("used", "tokens"), Of("held", "tokens")));
        Assert.Equal(0, await gateway.Counters.SortedSetLengthAsync("lh:{b}:holds"));
        Array.ForEach(answers, one => one.Dispose());

        int Of(string kind, string dimension) => budget[kind]![dimension]!.GetValue<int>();
    }

    [Theory]
    [InlineData(RedisKind.Garnet)]
    [InlineData(RedisKind.Real)]
    public async Task Flushed_redis_is_rebuilt_from_the_ledger_before_the_next_call(RedisKind kind)
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, kind, new() { ["Budgets:Consumers:bot:Calls"] = "3" });
        using var bot = gateway.As(GatewayApp.BotKey);
        for (var call = 0; call < 2; call++)
        {
            using var granted = await bot.ChatAsync(Calls.Hello());
            Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
        }

        await Eventually.GetAsync(() => bot.GetJsonAsync("/v1/usage"), usage => usage["totals"]!["requests"]!.GetValue<long>() == 2, Cancelled);
        await gateway.Counters.ExecuteAsync("FLUSHALL");

        using var third = await bot.ChatAsync(Calls.Hello());
        using var fourth = await bot.ChatAsync(Calls.Hello());

        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
        Assert.Equal("budget_exceeded", await fourth.ErrorCodeAsync());
        Assert.Equal(3 * 18, (await bot.GetJsonAsync("/v1/budgets/bot"))["used"]!["tokens"]!.GetValue<long>());
    }

    [Theory]
    [InlineData(RedisKind.Garnet)]
    [InlineData(RedisKind.Real)]
    public async Task Scripts_that_redis_lost_are_sent_again(RedisKind kind)
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, kind);
        using var bot = gateway.As(GatewayApp.BotKey);
        using var before = await bot.ChatAsync(Calls.Hello());
        await gateway.Counters.ExecuteAsync("SCRIPT", "FLUSH");

        using var after = await bot.ChatAsync(Calls.Hello());

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (before.StatusCode, after.StatusCode));
        Assert.Equal(2, (await bot.GetJsonAsync("/v1/budgets/bot"))["used"]!["calls"]!.GetValue<int>());
    }

    [Fact]
    public async Task Call_that_was_never_sent_is_recorded_although_redis_went_away_with_its_hold()
    {
        using var gone = await FullPort.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, gone.Url, settings: new() { ["Routing:File"] = TestConfig.Routing("[limits]\nmax_attempts = 1\n[timeouts]\nconnect_seconds = 4\n") });
        using var bot = gateway.As(GatewayApp.BotKey);
        var call = bot.ChatAsync(Calls.Hello());
        await Eventually.TrueAsync(async () => await gateway.Counters.SortedSetLengthAsync("lh:{b}:holds") == 1, Cancelled);
        await gateway.Redis.KillAsync();

        using var response = await call;
        // the ledger is Postgres', and answers without Redis
        var usage = await bot.GetJsonAsync("/v1/usage");

        Assert.Equal((HttpStatusCode.GatewayTimeout, "upstream_connect_timeout"), (response.StatusCode, await response.ErrorCodeAsync()));
        Assert.Equal((1, 1, 0), (usage["totals"]!["requests"]!.GetValue<long>(), usage["totals"]!["errors"]!.GetValue<long>(), usage["totals"]!["calls"]!.GetValue<long>()));
        var id = response.Headers.GetValues("x-lakehouse-request-id").Single();
        Assert.Equal("upstream_connect_timeout", (await bot.GetJsonAsync($"/v1/requests/{id}"))["attempts"]![0]!["outcome"]!.ToString());
    }

    [Theory]
    [InlineData(RedisKind.Garnet)]
    [InlineData(RedisKind.Real)]
    public async Task Redis_killed_in_mid_call_and_back_charges_and_records_once(RedisKind kind)
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var model = await OllamaStub.StartAsync(async (context, request) =>
        {
            asked.TrySetResult();
            await answer.Task;
            await OllamaStub.HelloAsync(context, request);
        });
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, kind);
        using var bot = gateway.As(GatewayApp.BotKey);
        var call = bot.ChatAsync(Calls.Hello());
        await asked.Task.WaitAsync(Cancelled);
        await gateway.Redis.KillAsync();
        answer.SetResult();

        using var response = await call;
        await gateway.Redis.RestartAsync(Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var budget = await Eventually.GetAsync(() => bot.GetJsonAsync("/v1/budgets/bot"), view => view["used"]?["calls"]?.GetValue<long>() == 1 && view["held"]!["calls"]!.GetValue<long>() == 0, Cancelled);
        Assert.Equal(18, budget["used"]!["tokens"]!.GetValue<long>());
        var usage = await Eventually.GetAsync(() => bot.GetJsonAsync("/v1/usage"), view => view["totals"]?["requests"]?.GetValue<long>() == 1, Cancelled);
        Assert.Equal(1, usage["totals"]!["calls"]!.GetValue<long>());
    }
}
