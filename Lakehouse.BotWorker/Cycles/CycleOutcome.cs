namespace Lakehouse.BotWorker.Cycles;

/// <summary>How a cycle ended; the closed list of the thirteen ends.</summary>
internal enum CycleOutcome
{
    Ok,
    CycleNoop,
    SkippedPause,
    SkippedCost,
    SkippedPolicy,
    SkippedDirtyTree,
    SkippedNoGap,
    ModelFailed,
    ProposalRejected,
    ApplyFailed,
    TestsFailed,
    PrSkippedByPolicy,
    PrFailed,
}

internal static class CycleOutcomes
{
    private static readonly Dictionary<CycleOutcome, string> Texts = Enum.GetValues<CycleOutcome>()
        .ToDictionary(outcome => outcome, outcome => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString()));

    private static readonly Dictionary<string, CycleOutcome> ByText = Texts.ToDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>The name that is stored, shown and sent: <c>tests_failed</c>.</summary>
    public static string ToText(this CycleOutcome outcome) => Texts[outcome];

    public static CycleOutcome Parse(string text) => ByText.TryGetValue(text, out var outcome)
        ? outcome
        : throw new FormatException($"'{text}' is not an outcome of a cycle; the outcomes are {string.Join(", ", ByText.Keys)}.");

    /// <summary>The cycle proposed something that did not become a pull request (skips and no-ops are not failures).</summary>
    public static bool IsFailure(this CycleOutcome outcome) => outcome is
        CycleOutcome.ModelFailed or CycleOutcome.ProposalRejected or CycleOutcome.ApplyFailed or CycleOutcome.TestsFailed or CycleOutcome.PrFailed;
}
