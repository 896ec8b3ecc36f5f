using Lakehouse.BotWorker.Gateway;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>
/// A cycle's end as a playbook, <c>cycle: REPOSITORY gap ID landed</c> (or failed), and what its tests say of the playbooks
/// that its prompt was given. Skips and no-ops teach nothing, and neither does a cycle that no model answered.
/// </summary>
internal sealed record CycleLesson(PlaybookSeed Seed, PlaybookOutcome? Outcome)
{
    private const int LongestName = 100;
    private const int LongestPart = 1_000;

    /// <returns>Null where there is nothing to learn.</returns>
    public static CycleLesson? Of(CycleRecord cycle)
    {
        if (cycle is not { DryRun: false, Gap: { } gap, ModelCall: { Provider: not null } call, Outcome: { } outcome } || (outcome != CycleOutcome.Ok && !outcome.IsFailure()))
        {
            return null;
        }

        var repository = Line(Path.GetFileName(Path.TrimEndingDirectorySeparator(cycle.Repository)), LongestName);
        var ended = outcome == CycleOutcome.Ok ? "landed" : "failed";
        return new(new($"cycle: {repository} gap {gap.Id} {ended}", GatewayClient.TaskClass, Approach(cycle, gap, outcome)), Grade(cycle, call, outcome));
    }

    private static string Approach(CycleRecord cycle, Gap gap, CycleOutcome outcome)
    {
        var files = cycle.Files.Count > 0 ? cycle.Files.Select(file => file.Path) : cycle.Proposal?.Files.Select(file => file.Path) ?? [];
        return $"Gap: {Line(gap.Line, LongestPart)} Outcome: {outcome.ToText()}: {Line(cycle.Reason ?? "", LongestPart)} Files: {Line(string.Join(", ", files), LongestPart)}";
    }

    // tests alone grade: what a model or a rule thought of a proposal does not
    private static PlaybookOutcome? Grade(CycleRecord cycle, ModelCall call, CycleOutcome outcome)
    {
        string[] used = [.. (call.Context ?? []).Where(id => id.StartsWith("pbk_", StringComparison.Ordinal))];
        return used.Length > 0 && (outcome is CycleOutcome.Ok or CycleOutcome.TestsFailed)
            ? new(cycle.CycleId, "tests", outcome == CycleOutcome.Ok, Line(cycle.Reason ?? outcome.ToText(), LongestPart), used)
            : null;
    }

    private static string Line(string text, int most)
    {
        var line = string.Join(' ', string.Concat(text.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? ' ' : letter)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= most ? line : line[..(most - 1)] + "…";
    }
}

/// <summary>Body of <c>POST /v1/playbooks</c>.</summary>
internal sealed record PlaybookSeed(string Operation, string TaskClass, string Approach);

/// <summary>Body of <c>POST /v1/playbooks/outcomes</c>.</summary>
internal sealed record PlaybookOutcome(string SourceId, string Kind, bool Success, string Reason, IReadOnlyList<string> Playbooks);
