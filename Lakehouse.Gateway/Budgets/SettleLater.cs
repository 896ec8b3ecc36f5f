using System.Collections.Concurrent;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Usage;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

internal sealed record Settlement(Hold Hold, BudgetAsk Used, RedisValue Record);

/// <summary>
/// Settles again what Redis did not take. The record goes into the ledger at once, so that even the end of this process
/// loses nothing: the hold then expires into a charge, and the ledger knows the attempt already.
/// </summary>
internal sealed partial class SettleLater(BudgetStore store, UsageLedger ledger, TimeProvider time, ILogger<SettleLater> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentQueue<Settlement> _waiting = new();

    public async Task SettleAsync(Settlement settlement, UsageRecord record)
    {
        _waiting.Enqueue(settlement);
        try
        {
            await ledger.WriteAsync(record, CancellationToken.None);
        }
        catch (LedgerUnavailableException problem)
        {
            LogBothAway(problem, record.AttemptId);
        }
    }

    /// <summary>Of a hold that perhaps was made, for a call that never was: there is nothing to record.</summary>
    public void Release(Hold hold) => _waiting.Enqueue(new(hold, default, ""));

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Background.EveryAsync(Pause, time, logger, _ => SettleAsync(), stoppingToken);

    private async Task SettleAsync()
    {
        while (_waiting.TryDequeue(out var next))
        {
            try
            {
                await store.SettleAsync(next.Hold, next.Used, next.Record);
            }
            catch (BudgetUnavailableException)
            {
                _waiting.Enqueue(next);
                return;
            }
            catch
            {
                // kept, and behind the others: what it fails of need not be theirs
                _waiting.Enqueue(next);
                throw;
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Neither Redis nor Postgres took the usage record of {AttemptId}; it is kept in memory until Redis answers.")]
    private partial void LogBothAway(Exception problem, string attemptId);
}
