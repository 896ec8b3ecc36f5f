using System.Text.Json;
using Lakehouse.Gateway.Budgets;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Usage;

/// <summary>
/// Moves usage records from Redis into the ledger. Killed at any point, the next run (of any gateway) goes on: records wait
/// in <c>draining</c> until Postgres has them, and the ledger takes each attempt once.
/// </summary>
internal sealed partial class UsageDrain(IConnectionMultiplexer redis, UsageLedger ledger, ILogger<UsageDrain> logger)
{
    private const int Batch = 500;

    /// <returns>How many records were moved.</returns>
    public async Task<int> DrainAsync(CancellationToken cancellationToken)
    {
        var database = redis.GetDatabase();
        var moved = 0;
        while (true)
        {
            for (var taken = 0; taken < Batch; taken++)
            {
                if ((await database.ListMoveAsync(BudgetKeys.Records, BudgetKeys.Draining, ListSide.Right, ListSide.Left)).IsNull)
                {
                    break;
                }
            }

            var waiting = await database.ListRangeAsync(BudgetKeys.Draining, 0, Batch - 1);
            if (waiting.Length == 0)
            {
                return moved;
            }

            await ledger.WriteAsync([.. waiting.SelectMany(Parse)], cancellationToken);
            foreach (var record in waiting)
            {
                await database.ListRemoveAsync(BudgetKeys.Draining, record, 1);
            }

            moved += waiting.Length;
        }
    }

    private IReadOnlyList<UsageRecord> Parse(RedisValue text)
    {
        try
        {
            return UsageRecord.FromJson(text!);
        }
        catch (JsonException problem)
        {
            // one record that nobody can read must not hold up the others; it is kept for a person to look at
            redis.GetDatabase().ListLeftPush(BudgetKeys.Rejected, text, flags: CommandFlags.FireAndForget);
            LogRejected(problem, BudgetKeys.Rejected);
            return [];
        }
    }

    [LoggerMessage(LogLevel.Error, "A usage record could not be read; it was moved to {Key}.")]
    private partial void LogRejected(Exception problem, string key);
}
