using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Observer.Stats;

/// <summary>Counts of one source or of all. A dry run is shown apart and is in no other number.</summary>
internal sealed class Tally
{
    public long Successes { get; private set; }

    public long Failures { get; private set; }

    public long DryRuns { get; private set; }

    public long Total => Successes + Failures;

    public SortedDictionary<string, long> Outcomes { get; } = new(StringComparer.Ordinal);

    public void Add(ObserverEvent observed)
    {
        if (DryRun.Is(observed))
        {
            DryRuns++;
            return;
        }

        Successes += observed.Ok ? 1 : 0;
        Failures += observed.Ok ? 0 : 1;
        if (observed.Outcome is { } outcome)
        {
            Outcomes[outcome] = Outcomes.GetValueOrDefault(outcome) + 1;
        }
    }

    public void Add(Tally other)
    {
        Successes += other.Successes;
        Failures += other.Failures;
        DryRuns += other.DryRuns;
        foreach (var (outcome, count) in other.Outcomes)
        {
            Outcomes[outcome] = Outcomes.GetValueOrDefault(outcome) + count;
        }
    }
}
