using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Api;

/// <summary>A gap, where it stands, and how its latest cycles ended.</summary>
/// <param name="Why">A sentence on the state; null for a gap that nothing keeps.</param>
/// <param name="CoolingUntil">Set while the state is <c>cooling_down</c>.</param>
/// <param name="Attempts">Full cycles that asked a model.</param>
/// <param name="FailuresInARow">Since it last landed or a person began anew.</param>
/// <param name="CostNanoUsd">Of all model calls of all its cycles, dry runs included.</param>
/// <param name="Latest">Its latest full cycles, newest first; the newest again in <c>last_…</c>.</param>
internal sealed record GapView(
    string GapId, string Line, int LineNumber, GapState State, string? Why, DateTimeOffset? CoolingUntil, Parked? Parked, int Attempts, int FailuresInARow, long CostNanoUsd,
    IReadOnlyList<GapCycle> Latest, string? LastCycleId, DateTimeOffset? LastAt, CycleOutcome? LastOutcome, string? LastReason, string? PrUrl)
{
    public static GapView Of(Gap gap, GapStanding standing)
    {
        var (facts, last) = (standing.Facts, standing.Facts.Latest is [var newest, ..] ? newest : null);
        return new GapView(
            gap.Id, gap.Line, gap.LineNumber, standing.State, standing.Why, standing.CoolingUntil, facts.Parked, facts.Attempts, facts.Failures, facts.CostNanoUsd,
            facts.Latest, last?.CycleId, last?.At, last?.Outcome, last?.Reason, facts.PrUrl);
    }
}
