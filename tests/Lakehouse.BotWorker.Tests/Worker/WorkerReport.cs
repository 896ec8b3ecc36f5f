using System.Text;
using Npgsql;

namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary>What a worker that is waited for in vain was doing, so that a failure explains itself.</summary>
internal static class WorkerReport
{
    private const int LastLines = 40;

    private static readonly (string Title, string Sql)[] Questions =
    [
        ("cycles", "select cycle_id, job_id, starts, started_at, outcome, finished_at, observed_at, remembered_at, reason from bot.cycles order by enqueued_at"),
        ("last steps", "select cycle_id, name, state, started_at, finished_at from bot.cycle_steps order by started_at desc limit 5"),
        ("log", "select at, line from bot.cycle_log order by id desc limit 5"),
        ("jobs", "select id, statename, (select s.data from hangfire.state s where s.id = j.stateid) as data from hangfire.job j"),
        ("job queue", "select jobid, fetchedat from hangfire.jobqueue"),
        ("job locks", "select resource, acquired from hangfire.lock"),
        ("who waits in the database", "select pid, state, wait_event, left(query, 120) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"),
    ];

    /// <summary>Runs it; when it takes too long or the worker is not reached, what the worker was doing is said with the failure.</summary>
    public static async Task<T> ExplainAsync<T>(WorkerHost worker, Func<Task<T>> wait)
    {
        try
        {
            return await wait();
        }
        catch (Exception failure) when (failure is TimeoutException or HttpRequestException)
        {
            throw new TimeoutException($"{failure.Message}\n{await OfAsync(worker)}", failure);
        }
    }

    private static async Task<string> OfAsync(WorkerHost worker)
    {
        var report = new StringBuilder();
        await using var database = NpgsqlDataSource.Create(worker.ConnectionString + ";Pooling=false");
        foreach (var (title, sql) in Questions)
        {
            report.AppendLine($"{title}: {string.Join("\n  ", await RowsAsync(database, sql))}");
        }

        return report.AppendLine($"the worker printed:\n{worker.LastLines(LastLines)}").ToString();
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(NpgsqlDataSource database, string sql)
    {
        var rows = new List<string>();
        try
        {
            await using var command = database.CreateCommand(sql);
            await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
            while (await reader.ReadAsync(CancellationToken.None))
            {
                rows.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)));
            }
        }
        catch (NpgsqlException failure)
        {
            rows.Add(failure.Message);
        }

        return rows;
    }
}
