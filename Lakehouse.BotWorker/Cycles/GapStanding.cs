using Lakehouse.BotWorker.Forges;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>Where a gap stands and why: the one place where that is decided, for the policy, the pages and programs alike.</summary>
/// <param name="Why">A sentence for people; null for a gap that nothing keeps.</param>
/// <param name="CoolingUntil">Set while <see cref="GapState.CoolingDown"/>.</param>
internal sealed record GapStanding(GapState State, string? Why, DateTimeOffset? CoolingUntil, GapFacts Facts)
{
    /// <summary>Ends that say something lasting of the gap, beside a draft that was opened.</summary>
    private static readonly Dictionary<EndCode, GapState> Lasting = new()
    {
        [EndCode.OpenPullRequest] = GapState.OpenPr,
        [EndCode.Declined] = GapState.Declined,
        [EndCode.Landed] = GapState.Landed,
        [EndCode.Ignored] = GapState.Ignored,
        [EndCode.Stopped] = GapState.OpenPr,
        [EndCode.PushedByPerson] = GapState.OpenPr,
    };

    /// <summary>Whether the forge may know more.</summary>
    public bool HasPullRequest => State is GapState.OpenPr or GapState.Declined;

    public static IReadOnlyCollection<EndCode> LastingCodes => Lasting.Keys;

    public static GapStanding Of(GapFacts facts, GapPauseOptions pause, DateTimeOffset now)
    {
        if (facts.RunningCycleId is { } running)
        {
            return new(GapState.InProgress, $"Cycle {running} is on it.", CoolingUntil: null, facts);
        }

        if (facts.Parked is { } parked)
        {
            return new(GapState.Parked, $"Parked by {parked.By} since {parked.At:yyyy-MM-dd HH:mm} UTC: {parked.Reason}", CoolingUntil: null, facts);
        }

        if (facts.LastingEnd is { } end)
        {
            var state = end.Code is { } code ? Lasting[code] : GapState.OpenPr;
            return new(state, end.Reason, CoolingUntil: null, facts);
        }

        return facts.LastFailureAt + pause.After(Math.Max(facts.Failures, 1)) is { } until && until > now
            ? new(GapState.CoolingDown, $"{Counted.Of(facts.Failures, "failure")} in a row; the policy leaves it alone until {until:yyyy-MM-dd HH:mm} UTC.", until, facts)
            : new(GapState.Eligible, Why: null, CoolingUntil: null, facts);
    }

    /// <summary>The same with what the forge says now: a person may have merged or closed the draft since.</summary>
    public GapStanding Seen(PullRequest pull) => !HasPullRequest ? this : pull.State switch
    {
        PullRequestState.Open when State == GapState.OpenPr => this,
        PullRequestState.Open => this with { State = GapState.OpenPr, Why = $"Draft {pull.Url}" },
        PullRequestState.Merged => this with { State = GapState.Landed, Why = $"{pull.Url} was merged." },
        _ => this with { State = GapState.Declined, Why = $"A person closed {pull.Url}" },
    };
}

/// <summary>What is stored of a gap.</summary>
/// <param name="Latest">Its latest full cycles, newest first.</param>
/// <param name="Attempts">Full cycles that asked a model.</param>
/// <param name="CostNanoUsd">Of all model calls of all its cycles, dry runs included.</param>
/// <param name="Failures">In a row: since it last landed or a person began anew.</param>
/// <param name="RunningCycleId">A cycle on it that waits or runs.</param>
internal sealed record GapFacts(
    IReadOnlyList<GapCycle> Latest, int Attempts, long CostNanoUsd, int Failures, DateTimeOffset? LastFailureAt, Parked? Parked, GapCycle? LastingEnd, string? RunningCycleId, string? PrUrl)
{
    public static GapFacts None { get; } = new([], Attempts: 0, CostNanoUsd: 0, Failures: 0, LastFailureAt: null, Parked: null, LastingEnd: null, RunningCycleId: null, PrUrl: null);
}

/// <summary>How one cycle on a gap ended.</summary>
internal sealed record GapCycle(string CycleId, DateTimeOffset At, CycleOutcome Outcome, EndCode? Code, string? Reason);

/// <param name="By">Who parked it: <c>bot</c>.</param>
internal sealed record Parked(DateTimeOffset At, string Reason, string By);
