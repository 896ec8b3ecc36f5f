namespace Lakehouse.Gateway.Usage;

/// <summary>What of the ledger is asked for; null = everything.</summary>
internal sealed record UsageFilter(
    IReadOnlyList<string> GroupBy, DateTimeOffset? Since, DateTimeOffset? Until, string? Consumer, string? Provider, string? Model, string? Session, string? TaskClass, DateTime? Day = null);

/// <summary>Reply of <c>GET /v1/usage</c>.</summary>
internal sealed record UsageReport(UsageTotals Totals, IReadOnlyList<UsageGroup> Groups);

internal sealed record UsageGroup(IReadOnlyDictionary<string, string?> Key, UsageTotals Totals);

/// <param name="Calls">Attempts that were sent upstream.</param>
/// <param name="ChargedTokens">What budgets were charged: more than the total where a provider's usage was unknown.</param>
/// <param name="Estimated">How many attempts have estimated token counts.</param>
internal sealed record UsageTotals(
    long Requests, long Calls, long PromptTokens, long CompletionTokens, long TotalTokens, long ChargedTokens, long CostNanoUsd, long Errors, long Estimated, LatencyPercentiles LatencyMs);

internal sealed record LatencyPercentiles(long? P50, long? P95, long? P99);

/// <summary>The same numbers as one row of SQL.</summary>
internal sealed class UsageRow
{
    public long Requests { get; init; }
    public long Calls { get; init; }
    public long PromptTokens { get; init; }
    public long CompletionTokens { get; init; }
    public long TotalTokens { get; init; }
    public long ChargedTokens { get; init; }
    public long CostNanoUsd { get; init; }
    public long Errors { get; init; }
    public long Estimated { get; init; }
    public long? P50 { get; init; }
    public long? P95 { get; init; }
    public long? P99 { get; init; }

    public UsageTotals ToTotals() => new(
        Requests, Calls, PromptTokens, CompletionTokens, TotalTokens, ChargedTokens, CostNanoUsd, Errors, Estimated, new(P50, P95, P99));
}
