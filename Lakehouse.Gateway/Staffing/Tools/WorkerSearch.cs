using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Knowledge.Playbooks;
using Lakehouse.Gateway.Sessions;
using Npgsql;

namespace Lakehouse.Gateway.Staffing.Tools;

/// <summary>Workers whom a filter lets through, and what playbooks of their role and place say for them.</summary>
internal sealed class WorkerSearch(NpgsqlDataSource postgres, StaffingRows rows, PlaybookBoosts playbooks)
{
    private const string Columns = "worker_id, name, role, city, state, availability, status, reliability, skills, certs, shift, hourly_pay_cents, phone, email";
    private static readonly string[] Tables = ["workers"];

    /// <param name="limit">Of the best by reliability; those whom playbooks speak for come on top.</param>
    /// <returns>Boosts are null where no role was asked for.</returns>
    /// <exception cref="ApiError">409: nothing is loaded.</exception>
    public Task<(IReadOnlyList<FoundWorker> Found, bool More, WorkerBoosts? Boosts)> FindAsync(WorkerFilter filter, int limit, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        await rows.DemandAsync(connection, Tables, cancellationToken);
        if (filter.Role is null)
        {
            var (all, moreOfAll) = await ReadAsync(connection, filter, limit, cancellationToken);
            return ((IReadOnlyList<FoundWorker>)all, moreOfAll, (WorkerBoosts?)null);
        }

        var question = new BoostQuestion(filter.Role, filter.City, filter.State);
        var asked = playbooks.Ask(question);
        var (counts, found, more) = await ReadAsync(connection, asked, filter, limit, cancellationToken);
        var boosts = await playbooks.FindAsync(connection, question, asked, counts, cancellationToken);
        if (!more || boosts.Workers.Count == 0)
        {
            return (found, more, boosts);
        }

        // whom playbooks endorse may stand behind the first ones, and before them with what that adds
        var endorsed = await ReadAsync(connection, filter with { Endorsed = [.. boosts.Workers.Select(boost => boost.Worker)] }, boosts.Workers.Count, cancellationToken);
        return ([.. found.Concat(endorsed.Rows).DistinctBy(worker => worker.Id)], more, boosts);
    }, cancellationToken);

    // in one round trip: apart they would be two, of which each wakes both sides, and few places have a playbook
    private static async Task<(PlaybookCounts Counts, List<FoundWorker> Rows, bool More)> ReadAsync(
        NpgsqlConnection connection, PlaybookQuestion asked, WorkerFilter filter, int limit, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { PlaybookFinder.Count(asked), Command(filter, limit) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var counts = await PlaybookFinder.CountsAsync(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var (found, more) = await StaffingRows.ReadAsync(reader, FoundWorker.Read, limit, cancellationToken);
        return (counts, found, more);
    }

    private static async Task<(List<FoundWorker> Rows, bool More)> ReadAsync(NpgsqlConnection connection, WorkerFilter filter, int limit, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Command(filter, limit) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await StaffingRows.ReadAsync(reader, FoundWorker.Read, limit, cancellationToken);
    }

    private static NpgsqlBatchCommand Command(WorkerFilter filter, int limit)
    {
        var command = new NpgsqlBatchCommand();
        var sql = $"select {Columns} from staffing.workers where {filter.Sql(command.Parameters)} order by reliability desc, worker_id";
        command.CommandText = StaffingRows.Asked(sql, FoundWorker.Columns, limit);
        return command;
    }
}
