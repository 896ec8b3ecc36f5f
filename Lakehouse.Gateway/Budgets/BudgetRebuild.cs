using Lakehouse.Gateway.Usage;
using Lakehouse.ServiceDefaults.Contracts;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <summary>After Redis lost its data (no epoch), counts the day anew from the ledger before anybody spends.</summary>
internal sealed partial class BudgetRebuild(BudgetStore store, UsageLedger ledger, UsageDrain drain, TimeProvider time, ILogger<BudgetRebuild> logger) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);
    private readonly SemaphoreSlim _one = new(1, 1);

    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await store.HasEpochAsync())
            {
                return;
            }

            // two hundred calls may find the counters gone; one of them counts, the others wait
            await _one.WaitAsync(cancellationToken);
            try
            {
                while (!await store.HasEpochAsync())
                {
                    await TryAsync(cancellationToken);
                }
            }
            finally
            {
                _one.Release();
            }
        }
        catch (Exception problem) when (problem is RedisException or RedisTimeoutException or LedgerUnavailableException)
        {
            throw new BudgetUnavailableException("The budget counters cannot be rebuilt: Redis or Postgres does not answer.", problem);
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        var token = LakehouseId.NewHold(time);
        if (!await store.BeginRebuildAsync(token))
        {
            // another gateway does
            await Task.Delay(Patience, time, cancellationToken);
            return;
        }

        await drain.DrainAsync(cancellationToken);
        var day = await store.DayAsync();
        var sums = await ledger.ChargedAsync(BudgetDay.Date(day), cancellationToken);
        if (await store.RebuildAsync(day, UtcMillisecondsConverter.ToText(time.GetUtcNow()), token, Counters(day, sums)))
        {
            LogRebuilt(day, sums.Count);
        }
        else
        {
            // records wait: they were settled meanwhile, or another gateway is writing them
            await store.EndRebuildAsync(token);
            await Task.Delay(Patience, time, cancellationToken);
        }
    }

    private static Dictionary<string, BudgetAsk> Counters(string day, IReadOnlyList<ChargedSum> sums)
    {
        var counters = new Dictionary<string, BudgetAsk>(StringComparer.Ordinal);
        foreach (var sum in sums)
        {
            Add(BudgetScope.ConsumerKind, sum.Consumer, sum);
            Add(BudgetScope.ProviderKind, sum.Provider, sum);
            Add(BudgetScope.GlobalKind, BudgetScope.GlobalName, sum);
            if (sum.Session is { } session)
            {
                Add(BudgetScope.SessionKind, session, sum);
            }
        }

        return counters;

        void Add(string kind, string name, ChargedSum sum)
        {
            var key = BudgetKeys.Use(day, new(kind, name, new(null, null, null)));
            var so = counters.GetValueOrDefault(key);
            counters[key] = new(so.Calls + sum.Calls, so.Tokens + sum.Tokens, so.NanoUsd + sum.NanoUsd);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis had no budget counters; they were rebuilt for {Day} from {Groups} group(s) of the ledger.")]
    private partial void LogRebuilt(string day, int groups);
}
