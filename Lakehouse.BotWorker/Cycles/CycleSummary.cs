namespace Lakehouse.BotWorker.Cycles;

/// <summary>A line of <c>GET /api/cycles</c>.</summary>
internal sealed record CycleSummary(
    string CycleId, CycleDepth Depth, bool DryRun, string? JobId, string TraceId, string? GapId, string? GapLine,
    DateTimeOffset EnqueuedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, CycleOutcome? Outcome, string? Reason, string? PrUrl);
