namespace Lakehouse.BotWorker.Cycles;

/// <summary>One call of a cycle, and what came of it.</summary>
internal sealed record CycleTry(int Number, DateTimeOffset SentAt)
{
    public ModelCall? Call { get; init; }

    public string? Summary { get; init; }

    /// <summary>SHA-256 of what was proposed; null before the answer, and where it proposed no files.</summary>
    public string? ProposalHash { get; init; }

    /// <summary>What the cycle would have ended as with this as its last try; null while it is under way.</summary>
    public CycleOutcome? Outcome { get; init; }

    public string? Reason { get; init; }
}

/// <summary>What all calls of a cycle used.</summary>
/// <param name="Calls">That were sent, also those that were not answered.</param>
/// <param name="CostNanoUsd">Null where none of the answers told.</param>
internal sealed record CycleSpend(int Calls, long? PromptTokens, long? CompletionTokens, long? CostNanoUsd)
{
    public static CycleSpend Of(IReadOnlyList<CycleTry> tries) => new(
        tries.Count, Sum(tries, call => call.PromptTokens), Sum(tries, call => call.CompletionTokens), Sum(tries, call => call.CostNanoUsd));

    private static long? Sum(IReadOnlyList<CycleTry> tries, Func<ModelCall, long?> of)
    {
        var known = tries.Select(attempt => attempt.Call is { } call ? of(call) : null).OfType<long>().ToList();
        return known.Count == 0 ? null : known.Sum();
    }
}
