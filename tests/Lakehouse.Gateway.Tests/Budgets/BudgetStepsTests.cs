using Lakehouse.Gateway.Budgets;
using Lakehouse.ServiceDefaults.Contracts;
using Lakehouse.Testing;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Tests.Budgets;

/// <summary>Many steps at once travel in few scripts; each is decided as if it came alone.</summary>
public sealed class BudgetStepsTests
{
    private static readonly BudgetAsk Ask = new(1, 10, 100);
    private static readonly RateLimits AnySpeed = new(null, null);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RedisKind.Garnet)]
    [InlineData(RedisKind.Real)]
    public async Task Three_hundred_at_once_get_what_the_cap_has_and_not_one_more(RedisKind kind)
    {
        await using var server = await TestRedis.StartAsync(kind, Cancelled);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var store = await EpochAsync(redis);
        BudgetScope[] scopes = [new(BudgetScope.ConsumerKind, "bot", new(1000, 1000, null)), new(BudgetScope.GlobalKind, BudgetScope.GlobalName, BudgetScope.NoCaps)];

        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(call => ReserveAsync(store, $"hold_{call}", scopes)));

        var holds = answers.Select(answer => answer.Hold).OfType<Hold>().ToList();
        Assert.Equal(100, holds.Count);
        Assert.All(answers.Where(answer => answer.Hold is null), answer => Assert.Equal((BudgetDenial.Tokens, 1000L), (answer.Denial!.Dimension, answer.Denial.Cap)));
        // each twice, all at once: the second settle of a hold finds it gone, in the same script or in another
        var settled = await Task.WhenAll(holds.Concat(holds).Select(hold => store.SettleAsync(hold, "settle", new(1, 4, 40), "record")));
        Assert.Equal(100, settled.Count(state => state is not null));
        var (_, state) = await store.ReadAsync(scopes);
        Assert.All(state.Scopes, scope => Assert.Equal((new BudgetAmounts(100, 400, 4000), new BudgetAmounts(0, 0, 0)), (scope.Used, scope.Held)));
        Assert.Equal(100, await redis.GetDatabase().ListLengthAsync(BudgetKeys.Records));
    }

    [Theory]
    [InlineData(RedisKind.Garnet)]
    [InlineData(RedisKind.Real)]
    public async Task Step_that_fails_takes_no_other_along(RedisKind kind)
    {
        await using var server = await TestRedis.StartAsync(kind, Cancelled);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var store = await EpochAsync(redis);
        BudgetScope[] scopes = [new(BudgetScope.ConsumerKind, "bot", new(1000, null, null))];
        var broken = (await ReserveAsync(store, "hold_broken", scopes)).Hold!;
        await redis.GetDatabase().StringSetAsync(BudgetKeys.Hold("wrong"), "no hold");

        // the first leaves alone; what comes while it is on its way travels together
        var answers = Enumerable.Range(0, 20).Select(call => ReserveAsync(store, $"hold_{call}", scopes)).ToList();
        var failing = store.SettleAsync(broken with { Id = "wrong" }, "settle", Ask, "record");
        var later = Enumerable.Range(20, 20).Select(call => ReserveAsync(store, $"hold_{call}", scopes)).ToList();

        await Assert.ThrowsAsync<BudgetUnavailableException>(() => failing);
        Assert.All(await Task.WhenAll(answers.Concat(later)), answer => Assert.NotNull(answer.Hold));
        var (_, state) = await store.ReadAsync(scopes);
        Assert.Equal((0, 41), (state.Scopes[0].Used.Calls, state.Scopes[0].Held.Calls));
        Assert.Equal(0, await redis.GetDatabase().ListLengthAsync(BudgetKeys.Records));
    }

    private static Task<ReserveAnswer> ReserveAsync(BudgetStore store, string hold, IReadOnlyList<BudgetScope> scopes) =>
        store.ReserveAsync(hold, new("bot", "p", null, Ask, Paid: true), scopes, AnySpeed, TimeSpan.FromMinutes(1), _ => "record");

    private static async Task<BudgetStore> EpochAsync(ConnectionMultiplexer redis)
    {
        await redis.GetDatabase().StringSetAsync(BudgetKeys.Epoch, "now");
        return new(redis, TimeProvider.System);
    }
}
