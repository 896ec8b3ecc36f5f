using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Observer.Stats;

/// <summary>One tally a source, whatever the source calls itself. Not thread-safe: its owner locks.</summary>
internal sealed class TallyBook
{
    private readonly SortedDictionary<string, Tally> _sources = new(StringComparer.Ordinal);

    public void Add(ObserverEvent observed)
    {
        if (!_sources.TryGetValue(observed.Source, out var tally))
        {
            _sources.Add(observed.Source, tally = new Tally());
        }

        tally.Add(observed);
    }

    public Tally Sum(string? source)
    {
        var sum = new Tally();
        foreach (var (_, tally) in Of(source))
        {
            sum.Add(tally);
        }

        return sum;
    }

    public SortedDictionary<string, long> BySource(string? source) =>
        new(Of(source).ToDictionary(one => one.Key, one => one.Value.Total, StringComparer.Ordinal), StringComparer.Ordinal);

    private IEnumerable<KeyValuePair<string, Tally>> Of(string? source) =>
        source is null ? _sources : _sources.Where(one => one.Key == source);
}
