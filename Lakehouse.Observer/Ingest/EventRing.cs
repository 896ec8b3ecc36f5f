using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Observer.Ingest;

/// <summary>The latest events, in memory. Not thread-safe: its owner locks.</summary>
internal sealed class EventRing
{
    public const int Capacity = 2_000;

    private readonly ObserverEvent[] _slots = new ObserverEvent[Capacity];
    private int _next;

    public int Count { get; private set; }

    public void Add(ObserverEvent observed)
    {
        _slots[_next] = observed;
        _next = (_next + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ObserverEvent> Latest(string? source, int limit) =>
        [.. Enumerable.Range(1, Count)
            .Select(back => _slots[(_next - back + Capacity) % Capacity])
            .Where(observed => source is null || observed.Source == source)
            .Take(limit)];
}
