using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Sessions;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>Playbooks in Postgres, as they are read. All consumers share them; who made one is part of it.</summary>
internal sealed class PlaybookStore(NpgsqlDataSource postgres, TimeProvider time)
{
    /// <summary>Events and marks of one version that its history shows: the latest.</summary>
    private const int MostShown = 500;

    /// <summary>Newest first.</summary>
    public Task<Page<Playbook>> ListAsync(PlaybookFilter filter, PageQuery page, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        var rows = await connection.QueryAsync<PlaybookRow>(new CommandDefinition($"""
            {PlaybookRow.Select}
            where status = any(@Statuses) and (@After::text is null or playbook_id < @After collate "C")
                and (@Kind::text is null or kind = @Kind) and (@TaskClass::text is null or task_class = @TaskClass) and (@Operation::text is null or lower(operation) = lower(@Operation))
                and (@City::text is null or lower(city) = lower(@City)) and (@State::text is null or lower(state) = lower(@State)) and (@Role::text is null or lower(role) = lower(@Role))
            order by playbook_id desc limit @more
            """, new
        {
            at = time.GetUtcNow(), Statuses = filter.Statuses.ToArray(), page.After, filter.Kind, filter.TaskClass, filter.Operation, filter.City, filter.State, filter.Role, more = page.Limit + 1,
        }, cancellationToken: cancellationToken));
        return Page<Playbook>.Of([.. rows.Select(row => row.ToPlaybook())], page.Limit, playbook => playbook.Id);
    }, cancellationToken);

    /// <exception cref="ApiError">404.</exception>
    public Task<Playbook> GetAsync(string id, CancellationToken cancellationToken) =>
        postgres.UseAsync(connection => FindAsync(connection, id, time.GetUtcNow(), cancellationToken), cancellationToken);

    /// <summary>
    /// The whole chain that a version belongs to. Versions are found by their root and ordered by their number, so that
    /// no pointer, even a wrong one, can lead in a circle.
    /// </summary>
    public Task<PlaybookHistory> HistoryAsync(string id, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        var at = time.GetUtcNow();
        var asked = await FindAsync(connection, id, at, cancellationToken);
        var values = new { at, asked.RootId, most = MostShown };
        var versions = (await connection.QueryAsync<PlaybookRow>(new CommandDefinition($"{PlaybookRow.Select} where root_id = @RootId order by version", values, cancellationToken: cancellationToken))).Select(row => row.ToPlaybook()).ToList();
        var events = (await connection.QueryAsync<EventRow>(new CommandDefinition("""
            select playbook_id as id, at, actor, decision, reason, before::text as before from (
                select event.*, row_number() over (partition by playbook_id order by event_id desc) as back
                from gateway.playbook_events event join gateway.playbooks using (playbook_id) where root_id = @RootId) latest
            where back <= @most order by event_id
            """, values, cancellationToken: cancellationToken))).ToLookup(row => row.Id);
        var marks = (await connection.QueryAsync<MarkRow>(new CommandDefinition("""
            select playbook_id as id, source_id as sourceid, kind, success, nullif(name, '') as name, reason, at, actor from (
                select mark.*, row_number() over (partition by playbook_id order by at desc, source_id desc) as back
                from gateway.playbook_marks mark join gateway.playbooks using (playbook_id) where root_id = @RootId) latest
            where back <= @most order by at, source_id, name
            """, values, cancellationToken: cancellationToken))).ToLookup(row => row.Id);
        return new PlaybookHistory(
            "playbook_history", asked.RootId, versions[^1].Id,
            [.. versions.Select(version => new PlaybookVersion(version, [.. events[version.Id].Select(row => row.ToEvent())], [.. marks[version.Id].Select(row => row.ToMark())]))]);
    }, cancellationToken);

    /// <exception cref="ApiError">404.</exception>
    public static async Task<Playbook> FindAsync(NpgsqlConnection connection, string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // what cannot be an id is not asked of Postgres, which takes no text with U+0000
        var row = PageQuery.IsId(id, "pbk_")
            ? await connection.QuerySingleOrDefaultAsync<PlaybookRow>(new CommandDefinition($"{PlaybookRow.Select} where playbook_id = @id", new { id, at }, cancellationToken: cancellationToken))
            : null;
        return row?.ToPlaybook() ?? throw NotFound(id);
    }

    public static ApiError NotFound(string id) =>
        new(404, "playbook_not_found", $"There is no playbook '{(id.Length <= 80 ? id : id[..80] + "…")}'; GET /v1/playbooks lists them.", "id");

    private sealed class EventRow
    {
        public required string Id { get; init; }
        public DateTime At { get; init; }
        public required string Actor { get; init; }
        public required string Decision { get; init; }
        public required string Reason { get; init; }
        public string? Before { get; init; }

        public PlaybookEvent ToEvent() => new(new(At), Actor, Decision, Reason, Before is null ? null : JsonNode.Parse(Before));
    }

    private sealed class MarkRow
    {
        public required string Id { get; init; }
        public required string SourceId { get; init; }
        public required string Kind { get; init; }
        public bool Success { get; init; }
        public string? Name { get; init; }
        public string? Reason { get; init; }
        public DateTime At { get; init; }
        public required string Actor { get; init; }

        public PlaybookMark ToMark() => new(SourceId, Kind, Success, Name, Reason, new(At), Actor);
    }
}

/// <summary>Which of a list; null = all.</summary>
internal sealed record PlaybookFilter(IReadOnlyList<string> Statuses, string? Kind, string? TaskClass, string? Operation, string? City, string? State, string? Role);
