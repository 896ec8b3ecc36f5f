using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Observer.Stats;

/// <summary>Reply of <c>GET /stats</c>. Every number is about <paramref name="Source"/>, or about all sources when it is null.</summary>
internal sealed record StatsView(
    string? Source,
    long Total,
    long Successes,
    long Failures,
    long DryRuns,
    IReadOnlyDictionary<string, long> BySource,
    IReadOnlyDictionary<string, long> Outcomes,
    PrLandingView PrLanding,
    int RingSize,
    int RingCapacity,
    long CorruptRows,
    IReadOnlyList<ObserverEvent> Recent);

/// <param name="Landed">Cycles that opened a draft or wrote to one; nobody tells the observer of merges.</param>
/// <param name="Rate">Landed ÷ cycles; null when there was no cycle.</param>
/// <param name="SimilarGapsCounted">False when pg_trgm is not available; <paramref name="Note"/> says so.</param>
/// <param name="Gaps">Latest first.</param>
internal sealed record PrLandingView(
    long Cycles, long Landed, double? Rate, double SimilarityThreshold, bool SimilarGapsCounted, string? Note, IReadOnlyList<GapLanding> Gaps);

/// <param name="SameGap">Cycles on this gap id.</param>
/// <param name="SimilarGaps">Cycles on other ids whose text is similar.</param>
/// <param name="Rate">Over both.</param>
internal sealed record GapLanding(string GapId, string? GapText, LandingCount SameGap, LandingCount SimilarGaps, double? Rate);

internal sealed record LandingCount(long Cycles, long Landed);

/// <param name="NextCursor">Give it back as <c>cursor</c> for the next, older page; null at the end.</param>
internal sealed record EventsPage(IReadOnlyList<ObserverEvent> Events, string? NextCursor);
