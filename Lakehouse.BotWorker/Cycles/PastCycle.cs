namespace Lakehouse.BotWorker.Cycles;

/// <summary>What the next cycle on the same gap, and the policy, learn from an earlier one.</summary>
internal sealed record PastCycle(string CycleId, DateTimeOffset At, CycleOutcome Outcome, string? Reason, IReadOnlyList<string> Files, string? PrUrl, EndCode? Code = null);
