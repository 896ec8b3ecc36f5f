using System.Globalization;
using CsCheck;
using Lakehouse.Gateway.Budgets;
using Lakehouse.ServiceDefaults.Contracts;
using Lakehouse.Testing;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Tests.Budgets;

/// <summary>Random lives of a budget, over midnights and expired leases: the scripts and the model never disagree.</summary>
public sealed class BudgetPropertyTests
{
    private const long LeaseMs = 60_000;
    private static readonly BudgetLimits Caps = new(6, 400, 900);
    private static readonly IReadOnlyList<BudgetScope> Scopes =
    [
        new(BudgetScope.ConsumerKind, "bot", Caps), new(BudgetScope.ProviderKind, "p", BudgetScope.NoCaps), new(BudgetScope.GlobalKind, BudgetScope.GlobalName, new(100, null, null)),
    ];

    // 2026-12-31T23:58:30Z: a day, a month and a year end during most lives
    private static readonly long Start = new DateTimeOffset(2026, 12, 31, 23, 58, 30, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (5, Gen.Select(Gen.Int[0, 200], Gen.Int[0, 400]).Select((tokens, money) => new Step(Do.Reserve, tokens, money))),
        (3, Gen.Select(Gen.Int[0, 300], Gen.Int[0, 20]).Select((tokens, which) => new Step(Do.Settle, tokens, which))),
        (1, Gen.Int[0, 20].Select(which => new Step(Do.Release, 0, which))),
        (1, Gen.Int[0, 20].Select(which => new Step(Do.SettleAgain, 50, which))),
        (2, Gen.Int[0, 50_000].Select(ms => new Step(Do.Wait, ms, 0))),
        (1, Gen.Const(new Step(Do.Sweep, 0, 0))));

    private enum Do
    {
        Reserve,
        Settle,
        Release,
        SettleAgain,
        Wait,
        Sweep,
    }

    [Theory]
    [InlineData(RedisKind.Garnet)]
    [InlineData(RedisKind.Real)]
    public async Task Scripts_agree_with_the_model_whatever_happens(RedisKind kind)
    {
        await using var server = await TestRedis.StartAsync(kind, Cancelled);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString + ",allowAdmin=true,asyncTimeout=30000");
        await Steps.List[1, 40].SampleAsync(async steps =>
        {
            await redis.GetServers()[0].FlushAllDatabasesAsync();
            await redis.GetDatabase().StringSetAsync(BudgetKeys.Epoch, "here");
            await LiveAsync(redis, steps);
            return true;
        }, iter: 60, threads: 1);
    }

    private static async Task LiveAsync(ConnectionMultiplexer redis, List<Step> steps)
    {
        var (now, model, holds, settled) = (Start, new BudgetModel(Caps), new List<Hold>(), new List<Hold>());
        var store = new BudgetStore(redis, TimeProvider.System, () => now.ToString(CultureInfo.InvariantCulture));
        var records = 0L;
        for (var at = 0; at < steps.Count; at++)
        {
            var step = steps[at];
            var day = BudgetDay.Of(DateTimeOffset.FromUnixTimeMilliseconds(now));
            switch (step.What)
            {
                case Do.Reserve:
                    var ask = new BudgetAsk(1, step.Number, step.Other);
                    var answer = await store.ReserveAsync($"hold_{at}", new("bot", "p", null, ask, Paid: true), Scopes, new(null, null), TimeSpan.FromMilliseconds(LeaseMs), _ => "record"u8.ToArray());
                    Assert.Equal(model.Reserve($"hold_{at}", day, ask, now + LeaseMs), answer.Hold is not null);
                    if (answer.Hold is { } hold)
                    {
                        Assert.Equal(day, hold.Day);
                        holds.Add(hold);
                    }

                    break;
                case Do.Settle or Do.Release when holds.Count > 0:
                    var ended = holds[step.Other % holds.Count];
                    var used = step.What == Do.Settle ? new BudgetAsk(1, step.Number, step.Number * 2) : default;
                    var charged = await store.SettleAsync(ended, used, "record");
                    Assert.Equal(model.Settle(ended.Id, used), charged is not null);
                    records += charged is null ? 0 : 1;
                    holds.Remove(ended);
                    settled.Add(ended);
                    break;
                case Do.SettleAgain when settled.Count > 0:
                    Assert.Null(await store.SettleAsync(settled[step.Other % settled.Count], new(1, step.Number, step.Number), "record"));
                    break;
                case Do.Wait:
                    now += step.Number;
                    break;
                case Do.Sweep:
                    var gone = model.Sweep(now);
                    Assert.Equal(gone, await store.SweepAsync());
                    records += gone;
                    break;
            }

            await AgreeAsync(store, model, BudgetDay.Of(DateTimeOffset.FromUnixTimeMilliseconds(now)));
        }

        // nothing that was charged is without its record, and nothing has two
        Assert.Equal(records, await redis.GetDatabase().ListLengthAsync(BudgetKeys.Records));
    }

    private static async Task AgreeAsync(BudgetStore store, BudgetModel model, string day)
    {
        var (today, state) = await store.ReadAsync(Scopes);
        Assert.Equal(day, today);
        var (used, held) = (model.Used(day), model.Held(day));
        Assert.All(state.Scopes.Select(scope => scope.Used), amounts => Assert.Equal(used, new(amounts.Calls, amounts.Tokens, amounts.NanoUsd)));
        Assert.All(state.Scopes.Select(scope => scope.Held), amounts => Assert.Equal(held, new(amounts.Calls, amounts.Tokens, amounts.NanoUsd)));
    }

    private sealed record Step(Do What, int Number, int Other);
}
