using Lakehouse.Gateway.Budgets;
using Npgsql;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Usage;

/// <summary>
/// Moves usage records from Redis into the ledger. Killed at any point, the next run (of any gateway) goes on: records wait
/// in <c>draining</c> until Postgres has them, and the ledger takes each attempt once.
/// </summary>
internal sealed partial class UsageDrain(IConnectionMultiplexer redis, UsageLedger ledger, ILogger<UsageDrain> logger)
{
    private const int Batch = 1000;

    /// <summary>For a batch; whoever takes longer may be overtaken, which costs Postgres more and the ledger nothing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly string _name = Guid.NewGuid().ToString("N");

    /// <returns>How many records were moved. None that another gateway is moving.</returns>
    public async Task<int> DrainAsync(CancellationToken cancellationToken)
    {
        var database = redis.GetDatabase();
        var moved = 0;
        while (true)
        {
            var waiting = (byte[][])(await database.ScriptEvaluateAsync(BudgetScript.Take, [BudgetKeys.Records, BudgetKeys.Draining, BudgetKeys.Drainer], [Batch, _name, (long)Patience.TotalMilliseconds]))!;
            if (waiting.Length == 0)
            {
                return moved;
            }

            await WriteAsync(waiting, cancellationToken);
            await database.ScriptEvaluateAsync(BudgetScript.Taken, [BudgetKeys.Draining, BudgetKeys.Drainer], [waiting.Length, waiting[0], _name]);
            moved += waiting.Length;
        }
    }

    private async Task WriteAsync(byte[][] records, CancellationToken cancellationToken)
    {
        try
        {
            await ledger.WriteAsync(records, cancellationToken);
        }
        catch (PostgresException) when (records.Length > 1)
        {
            // one record that nobody can read must not hold up the others
            foreach (var record in records)
            {
                await WriteAsync([record], cancellationToken);
            }
        }
        catch (PostgresException problem)
        {
            // kept for a person to look at
            await redis.GetDatabase().ListLeftPushAsync(BudgetKeys.Rejected, UsageLine.ToJson(records[0]));
            LogRejected(problem, BudgetKeys.Rejected);
        }
    }

    [LoggerMessage(LogLevel.Error, "A usage record could not be read; it was moved to {Key}.")]
    private partial void LogRejected(Exception problem, string key);
}
