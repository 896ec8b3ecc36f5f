using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Testing;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Tests.Budgets;

/// <summary>Two real gateway processes on one Redis and one Postgres: nobody overspends, nobody loses a record.</summary>
public sealed class RaceTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RedisKind.Garnet)]
    [InlineData(RedisKind.Real)]
    public async Task Two_hundred_concurrent_calls_against_a_cap_of_twenty_grant_exactly_twenty(RedisKind kind)
    {
        await using var redis = await TestRedis.StartAsync(kind, Cancelled);
        await using var model = await OllamaStub.StartAsync();
        var database = await postgres.CreateGatewayDatabaseAsync(Cancelled);
        await using var first = await GatewayProcess.StartAsync(database, redis.ConnectionString, model.Url);
        await using var second = await GatewayProcess.StartAsync(database, redis.ConnectionString, model.Url);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 200).Select(async index =>
        {
            using var response = await (index % 2 == 0 ? first : second).Client.ChatAsync(Calls.Hello());
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.Equal("budget_exceeded", await response.ErrorCodeAsync());
                Assert.True(response.Headers.RetryAfter!.Delta > TimeSpan.Zero);
            }

            return response.StatusCode;
        }));

        Assert.Equal(20, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(180, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
        Assert.Equal(20, model.Requests.Count);
        var budget = await second.Client.GetJsonAsync("/v1/budgets/bot");
        Assert.Equal((20, 0, 20 * 18), (Number(budget, "used", "calls"), Number(budget, "held", "calls"), Number(budget, "used", "tokens")));
        var usage = await Eventually.GetAsync(() => first.Client.GetJsonAsync("/v1/usage?consumer=bot"), answer => Number(answer, "totals", "requests") >= 20, Cancelled);
        Assert.Equal((20, 20 * 18), (Number(usage, "totals", "calls"), Number(usage, "totals", "total_tokens")));
    }

    [Theory]
    [InlineData(RedisKind.Garnet)]
    [InlineData(RedisKind.Real)]
    public async Task Gateway_killed_between_reserve_and_settle_is_charged_once_by_another(RedisKind kind)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var redis = await TestRedis.StartAsync(kind, Cancelled);
        await using var model = await OllamaStub.StartAsync(async (context, _) =>
        {
            asked.TrySetResult();
            await OllamaStub.HangAsync(context);
        });
        var database = await postgres.CreateGatewayDatabaseAsync(Cancelled);
        var sweeps = new Dictionary<string, string?> { ["Budgets:SweepInterval"] = "00:00:00.2" };
        await using var doomed = await GatewayProcess.StartAsync(database, redis.ConnectionString, model.Url, sweeps);
        await using var other = await GatewayProcess.StartAsync(database, redis.ConnectionString, model.Url, sweeps);

        var call = doomed.Client.ChatAsync(Calls.Hello());
        await asked.Task.WaitAsync(Cancelled);
        await doomed.Process.KillAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => call);
        await EndLeaseAsync(redis);

        var usage = await Eventually.GetAsync(() => other.Client.GetJsonAsync("/v1/usage?group_by=consumer"), answer => Number(answer, "totals", "requests") == 1, Cancelled);
        Assert.Equal((1, 1), (Number(usage, "totals", "calls"), Number(usage, "totals", "errors")));
        var budget = await other.Client.GetJsonAsync("/v1/budgets/bot");
        Assert.Equal((1, 0, 0), (Number(budget, "used", "calls"), Number(budget, "held", "calls"), Number(budget, "held", "tokens")));
        Assert.True(Number(budget, "used", "tokens") > 50, budget.ToJsonString());
        Assert.Single(model.Requests);
    }

    [Fact]
    public async Task Hold_outlives_the_longest_call_however_short_the_lease_is_set()
    {
        var (asked, answer) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var model = await OllamaStub.StartAsync(async (context, body) =>
        {
            asked.TrySetResult();
            await answer.Task.WaitAsync(context.RequestAborted);
            await OllamaStub.HelloAsync(context, body);
        });
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new()
        {
            ["Budgets:HoldLease"] = "00:00:01", ["Routing:File"] = TestConfig.Routing("[timeouts]\nwhole_seconds = 1500\nreasoning_whole_seconds = 200\n"),
        });
        using var bot = gateway.As(GatewayApp.BotKey);
        var before = TimeProvider.System.GetUtcNow();

        var call = bot.ChatAsync(Calls.Hello());
        await asked.Task.WaitAsync(Cancelled);
        var hold = Assert.Single(await gateway.Counters.SortedSetRangeByRankWithScoresAsync(Holds));
        answer.SetResult();
        using var response = await call;

        Assert.InRange(DateTimeOffset.FromUnixTimeMilliseconds((long)hold.Score), before.AddSeconds(1559), TimeProvider.System.GetUtcNow().AddSeconds(1561));
        var budget = await bot.GetJsonAsync("/v1/budgets/bot");
        Assert.Equal((18, 0), (Number(budget, "used", "tokens"), Number(budget, "held", "tokens")));
    }

    [Fact]
    public async Task Records_that_a_killed_gateway_left_are_drained_once_by_the_next()
    {
        await using var redis = await TestRedis.StartAsync(RedisKind.Garnet, Cancelled);
        await using var model = await OllamaStub.StartAsync();
        var database = await postgres.CreateGatewayDatabaseAsync(Cancelled);
        await using var doomed = await GatewayProcess.StartAsync(database, redis.ConnectionString, model.Url);
        using (var response = await doomed.Client.ChatAsync(Calls.Hello()))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        var usage = await Eventually.GetAsync(() => doomed.Client.GetJsonAsync("/v1/usage"), answer => Number(answer, "totals", "requests") == 1, Cancelled);
        var row = """[{"attempt_id":"req_left.1","request_id":"req_left","day":"20261122","started_at":"2026-11-22T10:00:00.000Z","consumer":"bot","provider":"ollama","model":"m","outcome":"ok","charged_calls":1}]""";
        await doomed.Process.KillAsync();
        using var left = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        // once in each list, as a kill between the move and the removal leaves it
        await left.GetDatabase().ListLeftPushAsync("lh:{b}:records", row);
        await left.GetDatabase().ListLeftPushAsync("lh:{b}:draining", row);
        await left.GetDatabase().ListLeftPushAsync("lh:{b}:draining", "not a record");

        await using var next = await GatewayProcess.StartAsync(database, redis.ConnectionString, model.Url);

        usage = await Eventually.GetAsync(() => next.Client.GetJsonAsync("/v1/usage"), answer => Number(answer, "totals", "requests") == 2, Cancelled);
        Assert.Equal(2, Number(usage, "totals", "calls"));
        await Eventually.TrueAsync(async () => await left.GetDatabase().ListLengthAsync("lh:{b}:draining") == 0, Cancelled);
        Assert.Equal(1, await left.GetDatabase().ListLengthAsync("lh:{b}:rejected"));
        var health = await next.Client.GetJsonAsync("/health");
        Assert.Equal(("degraded", "degraded"), (health["status"]!.ToString(), health["checks"]!["postgres"]!["status"]!.ToString()));
        Assert.StartsWith("1 usage record(s) could not be read", health["checks"]!["postgres"]!["detail"]!.ToString(), StringComparison.Ordinal);
    }

    private const string Holds = "lh:{b}:holds";

    // the score says until when a hold holds, in milliseconds
    internal static async Task EndLeaseAsync(TestRedis redis)
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var counters = connection.GetDatabase();
        var hold = Assert.Single(await counters.SortedSetRangeByRankAsync(Holds)).ToString();
        await counters.SortedSetAddAsync(Holds, hold, 1);
    }

    private static long Number(JsonNode node, string part, string name) => node[part]![name]!.GetValue<long>();
}
