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
        var settled = await Task.WhenAll(holds.Concat(holds).Select(hold => store.SettleAsync(hold, new(1, 4, 40), "record")));
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
        await redis.GetDatabase().StringSetAsync(BudgetKeys.Rate("other"), "no rate");

        // the first leaves alone; what comes while it is on its way travels together
        var answers = Enumerable.Range(0, 20).Select(call => ReserveAsync(store, $"hold_{call}", scopes)).ToList();
        var failing = ReserveAsync(store, "hold_failing", scopes, "other", new(10, null));
        var later = Enumerable.Range(20, 20).Select(call => ReserveAsync(store, $"hold_{call}", scopes)).ToList();

        await Assert.ThrowsAsync<BudgetUnavailableException>(() => failing);
        Assert.All(await Task.WhenAll(answers.Concat(later)), answer => Assert.NotNull(answer.Hold));
        var (_, state) = await store.ReadAsync(scopes);
        Assert.Equal((0, 40), (state.Scopes[0].Used.Calls, state.Scopes[0].Held.Calls));
        Assert.Equal(40, await redis.GetDatabase().SortedSetLengthAsync(BudgetKeys.Holds));
    }

    [Theory]
    [InlineData(RedisKind.Garnet)]
    [InlineData(RedisKind.Real)]
    public async Task Settled_and_unsettled_holds_in_one_group_are_told_apart(RedisKind kind)
    {
        await using var server = await TestRedis.StartAsync(kind, Cancelled);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var store = await EpochAsync(redis);
        BudgetScope[] scopes = [new(BudgetScope.ConsumerKind, "bot", new(1000, null, null))];
        var holds = (await Task.WhenAll(Enumerable.Range(0, 40).Select(call => ReserveAsync(store, $"hold_{call}", scopes)))).Select(answer => answer.Hold!).ToList();
        await Task.WhenAll(holds.Where((_, index) => index % 2 == 0).Select(hold => store.SettleAsync(hold, new(1, 4, 40), "early")));

        var settled = await Task.WhenAll(holds.Select((hold, index) => store.SettleAsync(hold, new(1, index, 10 * index), "late")));

        Assert.All(settled.Select((state, index) => (state, index)), answer => Assert.Equal(answer.index % 2 == 1, answer.state is not null));
        var (_, after) = await store.ReadAsync(scopes);
        Assert.Equal((new BudgetAmounts(40, 80 + 400, 800 + 4000), new BudgetAmounts(0, 0, 0)), (after.Scopes[0].Used, after.Scopes[0].Held));
        var records = await redis.GetDatabase().ListRangeAsync(BudgetKeys.Records);
        Assert.Equal((20, 20), (records.Count(record => record == "early"), records.Count(record => record == "late")));
    }

    [Theory]
    [InlineData(RedisKind.Garnet)]
    [InlineData(RedisKind.Real)]
    public async Task Rate_holds_for_many_at_once_and_takes_back_what_was_not_used(RedisKind kind)
    {
        await using var server = await TestRedis.StartAsync(kind, Cancelled);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var store = await EpochAsync(redis, "1798761600000");
        BudgetScope[] scopes = [new(BudgetScope.ConsumerKind, "bot", BudgetScope.NoCaps)];
        var rates = new RateLimits(50, 300);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(call => ReserveAsync(store, $"hold_{call}", scopes, "bot", rates)));

        Assert.Equal(30, answers.Count(answer => answer.Hold is not null));
        Assert.All(answers.Where(answer => answer.Hold is null), answer => Assert.Equal(("tokens", 300L, TimeSpan.FromSeconds(2)), (answer.Limited!.Dimension, answer.Limited.PerMinute, answer.Limited.RetryAfter)));
        // ten tokens each were taken; one each was used
        await Task.WhenAll(answers.Where(answer => answer.Hold is not null).Select(answer => store.SettleAsync(answer.Hold!, new(1, 1, 0), "record")));
        answers = await Task.WhenAll(Enumerable.Range(100, 100).Select(call => ReserveAsync(store, $"hold_{call}", scopes, "bot", rates)));
        Assert.Equal(20, answers.Count(answer => answer.Hold is not null));
        Assert.All(answers.Where(answer => answer.Hold is null), answer => Assert.Equal("requests", answer.Limited!.Dimension));
    }

    private static Task<ReserveAnswer> ReserveAsync(BudgetStore store, string hold, IReadOnlyList<BudgetScope> scopes, string consumer = "bot", RateLimits? rates = null) =>
        store.ReserveAsync(hold, new(consumer, "p", null, Ask, Paid: true), scopes, rates ?? AnySpeed, TimeSpan.FromMinutes(1), _ => "record"u8.ToArray());

    private static async Task<BudgetStore> EpochAsync(ConnectionMultiplexer redis, string now = "")
    {
        await redis.GetDatabase().StringSetAsync(BudgetKeys.Epoch, "now");
        return new(redis, TimeProvider.System, () => now);
    }
}
