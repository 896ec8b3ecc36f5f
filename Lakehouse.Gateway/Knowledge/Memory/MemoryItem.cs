using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Knowledge.Memory;

/// <summary>One version of something known, as <c>/v1/memory</c> answers it.</summary>
/// <param name="Scope">A consumer's name, or <c>shared:NAME</c>.</param>
/// <param name="Kind">One of <see cref="MemoryKind"/>.</param>
/// <param name="Key">What it is about; null = nothing that could be said otherwise later.</param>
/// <param name="Trust">Who stands for it: <c>model</c>, <c>consumer</c> or <c>operator</c>.</param>
/// <param name="ValidTo">Null = it holds.</param>
/// <param name="SupersededBy">Null = it holds, or was retired.</param>
/// <param name="ConfirmCount">How often the same was proposed again by somebody who had not read it here.</param>
/// <param name="UseCount">How often it was put into a prompt or found by a search.</param>
internal sealed record MemoryItem(
    string Id, string Object, string Scope, string Kind, string? Key, string Text, JsonNode Attributes, string SourceKind, string? SourceId, string Trust,
    DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset ValidFrom, DateTimeOffset? ValidTo, string? SupersededBy, DateTimeOffset? ClosedAt, string? CloseReason,
    long ConfirmCount, long UseCount, long Helpful, long Harmful, DateTimeOffset? LastUsedAt);

internal static class MemoryKind
{
    /// <summary>What is so.</summary>
    public const string Semantic = "semantic";

    /// <summary>What happened.</summary>
    public const string Episodic = "episodic";

    public static readonly IReadOnlyList<string> All = [Semantic, Episodic];
}

/// <summary>The same as one row of SQL.</summary>
internal sealed class MemoryRow
{
    public const string Columns = """
        memory_id as id, scope, kind, key, text, attributes::text as attributes, source_kind as sourcekind, source_id as sourceid, trust, created_at as createdat, created_by as createdby,
        valid_from as validfrom, valid_to as validto, superseded_by as supersededby, closed_at as closedat, close_reason as closereason, norm_hash as normhash,
        confirm_count as confirmcount, use_count as usecount, helpful, harmful, last_used_at as lastusedat
        """;

    public required string Id { get; init; }
    public required string Scope { get; init; }
    public required string Kind { get; init; }
    public string? Key { get; init; }
    public required string Text { get; init; }
    public required string Attributes { get; init; }
    public required string SourceKind { get; init; }
    public string? SourceId { get; init; }
    public required string Trust { get; init; }
    public DateTime CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public DateTime ValidFrom { get; init; }
    public DateTime? ValidTo { get; init; }
    public string? SupersededBy { get; init; }
    public DateTime? ClosedAt { get; init; }
    public string? CloseReason { get; init; }
    public required byte[] NormHash { get; init; }
    public long ConfirmCount { get; init; }
    public long UseCount { get; init; }
    public long Helpful { get; init; }
    public long Harmful { get; init; }
    public DateTime? LastUsedAt { get; init; }

    public bool IsLive => ValidTo is null;

    public MemoryItem ToItem() => new(
        Id, "memory", Scope, Kind, Key, Text, JsonNode.Parse(Attributes)!, SourceKind, SourceId, Trust, new(CreatedAt), CreatedBy, new(ValidFrom), Time(ValidTo), SupersededBy, Time(ClosedAt), CloseReason,
        ConfirmCount, UseCount, Helpful, Harmful, Time(LastUsedAt));

    private static DateTimeOffset? Time(DateTime? time) => time is { } known ? new(known) : null;
}
