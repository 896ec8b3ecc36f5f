using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.ServiceDefaults.Contracts;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>The statements of one change, on a connection whose transaction is open.</summary>
internal sealed class PlaybookTransaction(NpgsqlConnection connection, TimeProvider time, string actor, CancellationToken cancellationToken)
{
    private const string LockDrifted = """
        select playbook_id from (
            select playbook_id, pg_advisory_xact_lock(hashtextextended(lower(concat_ws('|', 'playbook', operation, to_char(day, 'YYYY-MM-DD'), coalesce(city, ''), coalesce(state, ''))), 0))
            from (select * from gateway.playbooks where superseded_by is null and retired_at is null and schema_fingerprint <> @fingerprint order by playbook_id) drifted) locked
        """;

    private const string RetireDrifted = """
        with retired as (
            update gateway.playbooks set retired_at = @now, updated_at = @now, retired_reason = 'the schema drifted: made on ' || schema_fingerprint || ', now ' || @fingerprint
            where playbook_id = any(@locked) and superseded_by is null and retired_at is null and schema_fingerprint <> @fingerprint returning playbook_id, retired_reason), recorded as (
            insert into gateway.playbook_events (playbook_id, at, actor, decision, reason) select playbook_id, @now, @actor, 'RETIRE', retired_reason from retired)
        select playbook_id from retired order by playbook_id
        """;

    private DateTimeOffset _now = time.GetUtcNow();

    public DateTimeOffset Now => _now;

    /// <summary>Until the transaction ends nobody else decides about this key. It is now when the lock is there, after all that others did.</summary>
    public async Task LockAsync(string operation, string day, string? city, string? state)
    {
        await ExecuteAsync(
            "select pg_advisory_xact_lock(hashtextextended(lower(concat_ws('|', 'playbook', @operation, @day, @city, @state)), 0))",
            new { operation, day, city = city ?? "", state = state ?? "" });
        _now = time.GetUtcNow();
    }

    /// <returns>The one that is neither superseded nor retired; it may have expired.</returns>
    public async Task<Playbook?> OpenAsync(string operation, string day, string? city, string? state) => (await connection.QuerySingleOrDefaultAsync<PlaybookRow>(Command($"""
        {PlaybookRow.Select}
        where superseded_by is null and retired_at is null and lower(operation) = lower(@operation) and day = @day::date
            and lower(coalesce(city, '')) = lower(@city) and lower(coalesce(state, '')) = lower(@state)
        """, new { at = _now, operation, day, city = city ?? "", state = state ?? "" })))?.ToPlaybook();

    /// <summary>The version itself, locked, where it is the tip and the caller may change it.</summary>
    /// <exception cref="ApiError">404; 403: another consumer made it; 409: it is not the tip, which is named.</exception>
    public async Task<Playbook> TipAsync(string id, Caller caller)
    {
        var found = await PlaybookStore.FindAsync(connection, id, _now, cancellationToken);
        await LockAsync(found.Operation, found.Day, found.City, found.State);
        var tip = await PlaybookStore.FindAsync(connection, id, _now, cancellationToken);
        if (!tip.IsFor(caller))
        {
            throw new ApiError(403, "forbidden", $"{id} was made by '{tip.CreatedBy}'; changing it needs a key of that consumer or the scope `admin`, and '{caller.Consumer}' has neither.");
        }

        return tip.SupersededBy is null ? tip : throw new ApiError(409, "playbook_superseded", $"{id} was revised; accepted is the tip of its chain, {await LatestAsync(tip.RootId)}.", "id");
    }

    public Task InsertAsync(NewVersion version, PlaybookMerge fields) => ExecuteAsync("""
        insert into gateway.playbooks (playbook_id, root_id, version, operation, kind, role, city, state, day, task_class, approach, endorsed_names, documents,
            schema_fingerprint, valid_until, created_by, seeded_at, created_at, updated_at, flagged_at)
        values (@Id, @RootId, @Version, @Text, @Kind, @Role, @City, @State, @Day::date, @TaskClass, @Approach, @names, @documents::jsonb,
            @SchemaFingerprint, @ValidUntil, @CreatedBy, @SeededAt, @now, @now, @FlaggedAt)
        """, new
    {
        version.Id, version.RootId, version.Version, version.Operation.Text, version.Operation.Kind, version.Operation.Role, version.City, version.State, version.Day,
        fields.TaskClass, fields.Approach, names = fields.EndorsedNames.ToArray(), documents = Json(fields.Documents), fields.SchemaFingerprint, fields.ValidUntil,
        version.CreatedBy, version.SeededAt, now = _now, version.FlaggedAt,
    });

    /// <summary>Counts the seed, and takes what it brought.</summary>
    public Task UpdateAsync(string id, PlaybookMerge merge) => ExecuteAsync("""
        update gateway.playbooks set seeds = seeds + 1, endorsed_names = @names, approach = @Approach, task_class = @TaskClass, documents = @documents::jsonb,
            schema_fingerprint = @SchemaFingerprint, valid_until = @ValidUntil, updated_at = case when @changes then @now else updated_at end
        where playbook_id = @id
        """, new
    {
        id, names = merge.EndorsedNames.ToArray(), merge.Approach, merge.TaskClass, documents = Json(merge.Documents), merge.SchemaFingerprint, merge.ValidUntil,
        changes = merge.Changed.Count > 0, now = _now,
    });

    public Task SupersedeAsync(string id, string next) =>
        ExecuteAsync("update gateway.playbooks set superseded_by = @next, superseded_at = @now where playbook_id = @id", new { id, next, now = _now });

    public async Task RetireAsync(string id, DateTimeOffset at, string reason)
    {
        await ExecuteAsync("update gateway.playbooks set retired_at = @at, retired_reason = @reason, updated_at = @now where playbook_id = @id", new { id, at, reason, now = _now });
        await RecordAsync(id, "RETIRE", reason, null);
    }

    public async Task<IReadOnlyList<string>> RetireDriftedAsync(string fingerprint)
    {
        var retired = new List<string>();
        // one at a time, for two that take many locks would wait for each other
        await ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('playbooks retire', 0))", new { });
        // the locks of their keys first, so that no seed joins a playbook that is being retired; what was revised meanwhile is found by the next round
        while ((await connection.QueryAsync<string>(Command(LockDrifted, new { fingerprint }))).AsList() is { Count: > 0 } locked)
        {
            _now = time.GetUtcNow();
            retired.AddRange(await connection.QueryAsync<string>(Command(RetireDrifted, new { fingerprint, locked, now = _now, actor })));
        }

        return retired;
    }

    /// <summary>Documents as they are now known, and whether somebody has to look at them.</summary>
    public Task DocumentsAsync(string id, IReadOnlyList<PlaybookDocument> documents, DateTimeOffset? flaggedAt) => ExecuteAsync(
        "update gateway.playbooks set documents = @documents::jsonb, flagged_at = @flaggedAt, updated_at = @now where playbook_id = @id", new { id, documents = Json(documents), flaggedAt, now = _now });

    public async Task<PlaybookDecision> DecideAsync(string id, string decision, string reason, IReadOnlyList<string> changed, JsonObject? before)
    {
        await RecordAsync(id, decision, reason, before);
        return await AnswerAsync(id, decision, reason, changed);
    }

    public async Task<PlaybookDecision> AnswerAsync(string id, string decision, string reason, IReadOnlyList<string> changed) =>
        new(decision, reason, changed, await PlaybookStore.FindAsync(connection, id, _now, cancellationToken));

    private Task<int> RecordAsync(string id, string decision, string reason, JsonObject? before) => ExecuteAsync(
        "insert into gateway.playbook_events (playbook_id, at, actor, decision, reason, before) values (@id, @now, @actor, @decision, @reason, @before::jsonb)",
        new { id, now = _now, actor, decision, reason, before = before?.ToJsonString(LakehouseJson.Options) });

    private Task<string> LatestAsync(string root) =>
        connection.QuerySingleAsync<string>(Command("select playbook_id from gateway.playbooks where root_id = @root order by version desc limit 1", new { root }));

    private Task<int> ExecuteAsync(string sql, object values) => connection.ExecuteAsync(Command(sql, values));

    private CommandDefinition Command(string sql, object values) => new(sql, values, cancellationToken: cancellationToken);

    private static string Json(IReadOnlyList<PlaybookDocument> documents) => JsonSerializer.Serialize(documents, LakehouseJson.Options);
}

/// <summary>Where a new row stands: its key, its chain and its age.</summary>
internal sealed record NewVersion(
    string Id, string RootId, int Version, PlaybookOperation Operation, string? City, string? State, string Day, DateTimeOffset SeededAt, string CreatedBy, DateTimeOffset? FlaggedAt);
