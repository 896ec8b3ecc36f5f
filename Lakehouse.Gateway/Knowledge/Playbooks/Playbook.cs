using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>One version of what worked, as <c>/v1/playbooks</c> answers it.</summary>
/// <param name="Day">The UTC day of its first seed; with operation, city and state the key.</param>
/// <param name="EndorsedNames">Workers that it stands for: ids such as W-17, or names.</param>
/// <param name="Status">One of <see cref="PlaybookStatus"/>.</param>
/// <param name="Seeds">How often it was seeded, repetitions too.</param>
/// <param name="Helpful">Outcomes that were good, as far as they count.</param>
/// <param name="Harmful">Outcomes that were bad, and failure marks of the whole playbook, as far as they count.</param>
/// <param name="FailedNames">Endorsed workers with failure marks of their own, once for each mark that counts.</param>
/// <param name="SeededAt">What its age is counted from; a revision keeps it.</param>
internal sealed record Playbook(
    string Id, string Object, string Operation, string Kind, string? Role, string? City, string? State, string Day, string? TaskClass, string? Approach,
    IReadOnlyList<string> EndorsedNames, IReadOnlyList<PlaybookDocument> Documents, string? SchemaFingerprint, DateTimeOffset? ValidUntil,
    string Status, int Version, string RootId, string? SupersededBy, long Seeds, long Helpful, long Harmful, IReadOnlyList<string> FailedNames,
    string CreatedBy, DateTimeOffset SeededAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? RetiredAt, string? RetiredReason, DateTimeOffset? FlaggedAt)
{
    /// <summary>All consumers use it; what it says, and that it ends, is for whoever made it and for the operator.</summary>
    public bool IsFor(Caller caller) => caller.Scopes.Admin || caller.Consumer == CreatedBy;

    /// <summary>As a prompt is told of it.</summary>
    [JsonIgnore]
    public string Told
    {
        get
        {
            var approach = Approach is { } told ? $". {told}" : "";
            var endorsed = EndorsedNames.Count > 0 ? $" Endorsed: {string.Join(", ", EndorsedNames)}." : "";
            return $"Playbook of {Day}: {Operation}{approach}{endorsed} (helpful {Helpful}, harmful {Harmful})";
        }
    }
}

/// <summary>A document that a playbook relies on, as it was when somebody looked.</summary>
/// <param name="Checked">What the latest check said of it; null = never checked.</param>
internal sealed record PlaybookDocument(string Tool, string? VersionSeen, string? SnippetHash, string? SourceUrl, DateTimeOffset SeenAt, DocumentCheck? Checked = null);

/// <param name="Verdict">same, drifted or unknown.</param>
internal sealed record DocumentCheck(string? Version, string? SnippetHash, string Verdict, DateTimeOffset At);

internal static class PlaybookStatus
{
    public const string Live = "live";

    /// <summary>A document drifted: no boost and no context until somebody resolves it.</summary>
    public const string Flagged = "flagged";

    /// <summary>Harmful three times or more, and more often than helpful: no boost and no context until it is revised or does better.</summary>
    public const string Pruned = "pruned";

    /// <summary>Its <c>valid_until</c> has passed.</summary>
    public const string Expired = "expired";
    public const string Retired = "retired";
    public const string Superseded = "superseded";

    /// <summary>Harmful marks from which a playbook is pruned.</summary>
    public const int PruneFrom = 3;

    public static readonly IReadOnlyList<string> All = [Live, Flagged, Pruned, Expired, Retired, Superseded];
}

/// <summary>What was done, and why.</summary>
/// <param name="Decision">ADD, UPDATE, NOOP, REVISE, RETIRE, FLAG or RESOLVE.</param>
/// <param name="Changed">Fields that are not as they were.</param>
internal sealed record PlaybookDecision(string Object, string Decision, string Reason, IReadOnlyList<string> Changed, Playbook Playbook)
{
    public PlaybookDecision(string decision, string reason, IReadOnlyList<string> changed, Playbook playbook) : this("playbook_decision", decision, reason, changed, playbook)
    {
    }

    /// <summary>Fields of which a seed said otherwise, and which stayed because somebody else made the playbook.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];
}

/// <summary>All versions of a playbook, root first.</summary>
internal sealed record PlaybookHistory(string Object, string RootId, string TipId, IReadOnlyList<PlaybookVersion> Versions);

/// <param name="Events">What was done to this version, oldest first.</param>
/// <param name="Marks">What came of it, oldest first.</param>
internal sealed record PlaybookVersion(Playbook Playbook, IReadOnlyList<PlaybookEvent> Events, IReadOnlyList<PlaybookMark> Marks);

/// <param name="Before">What the changed fields were.</param>
internal sealed record PlaybookEvent(DateTimeOffset At, string Actor, string Decision, string Reason, JsonNode? Before);

/// <param name="Name">One endorsed worker; null = the whole playbook.</param>
internal sealed record PlaybookMark(string SourceId, string Kind, bool Success, string? Name, string? Reason, DateTimeOffset At, string Actor);
