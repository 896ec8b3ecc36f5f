using System.Text.Json.Serialization;
using Lakehouse.BotWorker.Judgement;
using Lakehouse.BotWorker.Sandbox;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>Everything that is known of one cycle. Stored after each step, so that a killed cycle goes on from there.</summary>
internal sealed record CycleRecord
{
    public const int LongestPatch = 200_000;

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

    /// <summary>What the tests say of the base commit; null where it was not asked, or has none.</summary>
    public Baseline? Baseline { get; init; }

    /// <summary>From 1; red tests that go back to the model begin the next.</summary>
    public int Try { get; init; } = 1;

    /// <summary>One for each call, added before it is sent: from then on it may have been paid, and is never sent again.</summary>
    public IReadOnlyList<CycleTry> Tries { get; init; } = [];

    /// <summary>The latest call that was answered; what all of them used is in <see cref="Spent"/>.</summary>
    public ModelCall? ModelCall { get; init; }

    public CycleSpend Spent => CycleSpend.Of(Tries);

    public Proposal? Proposal { get; init; }

    public IReadOnlyList<AppliedFile> Files { get; init; } = [];

    public string? TestCommand { get; init; }

    public TestRun? Tests { get; init; }

    /// <summary>The tests beside those of the base commit.</summary>
    public TestComparison? Comparison { get; init; }

    /// <summary>What a reviewer should look at twice.</summary>
    public IReadOnlyList<WeakenedTest> WeakenedTests { get; init; } = [];

    public string? CommitSha { get; init; }

    /// <summary>SHA-256 of the patch that was checked and published.</summary>
    public string? PatchHash { get; init; }

    /// <summary>The change as a person reads it, at most <see cref="LongestPatch"/> characters of it.</summary>
    public string? Patch { get; init; }

    public int? PrNumber { get; init; }

    public string? PrUrl { get; init; }

    public CycleRecord Ended(CycleEnd end) =>
        Now(attempt => attempt with { Outcome = attempt.Outcome ?? end.Outcome, Reason = attempt.Reason ?? end.Reason }) with { Outcome = end.Outcome, Reason = end.Reason, Code = end.Code };

    /// <summary>Changes what is known of the latest try.</summary>
    public CycleRecord Now(Func<CycleTry, CycleTry> change) => Tries.Count == 0 ? this : this with { Tries = [.. Tries.SkipLast(1), change(Tries[^1])] };

    public CycleRecord WithPatch(string patch) => this with { Patch = patch.Length <= LongestPatch ? patch : patch[..LongestPatch] + "\n(cut here)\n" };

    /// <summary>Whether it is an attempt on its gap: a full cycle that asked a model.</summary>
    [JsonIgnore]
    public bool IsAttempt => !DryRun && Tries.Count > 0;

    /// <summary>Whether it counts against its gap: an attempt that ended as a failure of its own.</summary>
    [JsonIgnore]
    public bool IsStrike => IsAttempt && FinishedAt is not null && Code != EndCode.Cancelled && Outcome?.IsFailure() == true;
}

/// <summary>What the gateway said of a paid call.</summary>
/// <param name="Context">Ids of what the gateway put into the prompt.</param>
internal sealed record ModelCall(
    string? RequestId, string? Provider, string? Model, int? Attempts, long? PromptTokens, long? CompletionTokens, long? CostNanoUsd, string? FinishReason, IReadOnlyList<string>? Context = null);
