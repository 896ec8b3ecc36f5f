using System.Text.Json;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>A version as one row of SQL, with its marks counted.</summary>
internal sealed class PlaybookRow
{
    // a name's own failure is not the playbook's; whoever has one vote is counted once, from when he first said it
    private static readonly string From = $"""
        (select playbook.*, helpful, harmful, failed_names, case
            when superseded_at <= @at then '{PlaybookStatus.Superseded}' when retired_at <= @at then '{PlaybookStatus.Retired}' when valid_until <= @at then '{PlaybookStatus.Expired}'
            when flagged_at <= @at then '{PlaybookStatus.Flagged}' when harmful >= {PlaybookStatus.PruneFrom} and harmful > helpful then '{PlaybookStatus.Pruned}' else '{PlaybookStatus.Live}' end as status
        from gateway.playbooks playbook cross join lateral (
            select count(*) filter (where success) as helpful, count(*) filter (where not success and name = '') as harmful,
                coalesce(array_agg(name order by at, source_id) filter (where not success and name <> ''), '{"{}"}') as failed_names
            from (
                select distinct on (success, name, actor, vote) * from gateway.playbook_marks mark where mark.playbook_id = playbook.playbook_id and mark.at <= @at
                order by success, name, actor, vote, at) votes) marks) graded
        """;

    /// <summary>At the moment <c>@at</c> neither replaced, retired nor expired; what marks and drift make of it is not asked.</summary>
    public const string InForce = "created_at <= @at and coalesce(superseded_at > @at, true) and coalesce(retired_at > @at, true) and coalesce(valid_until > @at, true)";

    /// <summary>Select list and source; wants <c>@at</c>, the moment that is asked about.</summary>
    public static readonly string Select = $"""
        select playbook_id as id, operation, kind, role, city, state, to_char(day, 'YYYY-MM-DD') as day, task_class as taskclass, approach, endorsed_names as endorsednames,
            documents::text as documents, schema_fingerprint as schemafingerprint, valid_until as validuntil, version, root_id as rootid, superseded_by as supersededby,
            seeds, helpful, harmful, failed_names as failednames, created_by as createdby, seeded_at as seededat, created_at as createdat, updated_at as updatedat,
            retired_at as retiredat, retired_reason as retiredreason, flagged_at as flaggedat, status
        from {From}
        """;

    public required string Id { get; init; }
    public required string Operation { get; init; }
    public required string Kind { get; init; }
    public string? Role { get; init; }
    public string? City { get; init; }
    public string? State { get; init; }
    public required string Day { get; init; }
    public string? TaskClass { get; init; }
    public string? Approach { get; init; }
    public required string[] EndorsedNames { get; init; }
    public required string Documents { get; init; }
    public string? SchemaFingerprint { get; init; }
    public DateTime? ValidUntil { get; init; }
    public int Version { get; init; }
    public required string RootId { get; init; }
    public string? SupersededBy { get; init; }
    public long Seeds { get; init; }
    public long Helpful { get; init; }
    public long Harmful { get; init; }
    public required string[] FailedNames { get; init; }
    public required string CreatedBy { get; init; }
    public DateTime SeededAt { get; init; }
    public DateTime CreatedAt { get; init; }
    public DateTime UpdatedAt { get; init; }
    public DateTime? RetiredAt { get; init; }
    public string? RetiredReason { get; init; }
    public DateTime? FlaggedAt { get; init; }
    public required string Status { get; init; }

    public Playbook ToPlaybook() => new(
        Id, "playbook", Operation, Kind, Role, City, State, Day, TaskClass, Approach, EndorsedNames,
        JsonSerializer.Deserialize<IReadOnlyList<PlaybookDocument>>(Documents, LakehouseJson.Options)!, SchemaFingerprint, Utc(ValidUntil), Status, Version, RootId, SupersededBy,
        Seeds, Helpful, Harmful, FailedNames, CreatedBy, new(SeededAt), new(CreatedAt), new(UpdatedAt), Utc(RetiredAt), RetiredReason, Utc(FlaggedAt));

    private static DateTimeOffset? Utc(DateTime? time) => time is { } known ? new(known) : null;
}
