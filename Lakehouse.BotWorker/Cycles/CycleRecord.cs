using Lakehouse.BotWorker.Cycles.PullRequests;
using Lakehouse.BotWorker.Sandbox;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>Everything that is known of one cycle. Stored after each step, so that a killed cycle goes on from there.</summary>
internal sealed record CycleRecord
{
    public required string CycleId { get; init; }

    public required string Repository { get; init; }

    public required CycleDepth Depth { get; init; }

    public bool DryRun => Depth != CycleDepth.Full;

    /// <summary>What the person chose; null lets the policy pick.</summary>
    public string? RequestedGapId { get; init; }

    public string? JobId { get; init; }

    public required string TraceId { get; init; }

    /// <summary>The span that enqueued it: parent of every start, and of an event that is delivered late.</summary>
    public required string TraceParent { get; init; }

    public required DateTimeOffset EnqueuedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public CycleOutcome? Outcome { get; init; }

    public string? Reason { get; init; }

    /// <summary>Null where the outcome says it all.</summary>
    public EndCode? Code { get; init; }

    public BudgetView? Budget { get; init; }

    public string? BaseSha { get; init; }

    public string? BaseBranch { get; init; }

    public Gap? Gap { get; init; }

    public string? Branch { get; init; }

    public IReadOnlyList<PastCycle> History { get; init; } = [];

    /// <summary>What the forge said of the gap; null before it was asked.</summary>
    public GapPulls? Pulls { get; init; }

    /// <summary>Stored before the call is sent: from here on it may have been paid, and is never sent again.</summary>
    public DateTimeOffset? ModelCallSentAt { get; init; }

    public ModelCall? ModelCall { get; init; }

    public Proposal? Proposal { get; init; }

    public IReadOnlyList<AppliedFile> Files { get; init; } = [];

    public string? TestCommand { get; init; }

    public TestRun? Tests { get; init; }

    public string? CommitSha { get; init; }

    /// <summary>SHA-256 of the patch that was checked and published.</summary>
    public string? PatchHash { get; init; }

    public int? PrNumber { get; init; }

    public string? PrUrl { get; init; }
}

/// <summary>What the gateway said of the one paid call.</summary>
/// <param name="Context">Ids of what the gateway put into the prompt.</param>
internal sealed record ModelCall(
    string? RequestId, string? Provider, string? Model, int? Attempts, long? PromptTokens, long? CompletionTokens, long? CostNanoUsd, string? FinishReason, IReadOnlyList<string>? Context = null);
