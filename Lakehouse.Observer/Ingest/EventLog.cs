using Lakehouse.Observer.Stats;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Observer.Ingest;

/// <summary>
/// Persist first, then count: what is counted is what was read back from the table, from the last row that was counted
/// on. One path serves a new event, a restart, and an insert whose answer was lost on the way.
/// </summary>
internal sealed partial class EventLog(EventStore store, TimeProvider time, ILogger<EventLog> log) : IDisposable
{
    private const int Batch = 5_000;

    // one writer at a time in this process: rows become visible in the order of their seq, so none is jumped over
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly Lock _counting = new();
    private readonly EventRing _ring = new();
    private readonly TallyBook _tallies = new();
    private long _counted;
    private long _corrupt;

    public async Task<Appended> AppendAsync(ObserverEvent observed, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            var isNew = await store.InsertAsync(observed, time.GetUtcNow(), cancellationToken);
            await CountNewRowsAsync(cancellationToken);
            return new Appended(!isNew, RingSize);
        }
        finally
        {
            _writer.Release();
        }
    }

    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            await CountNewRowsAsync(cancellationToken);
        }
        finally
        {
            _writer.Release();
        }
    }

    /// <param name="source">Null for all of them.</param>
    public EventCounts Snapshot(string? source, int recent)
    {
        lock (_counting)
        {
            return new EventCounts(_tallies.Sum(source), _tallies.BySource(source), _ring.Latest(source, recent), _ring.Count, _corrupt);
        }
    }

    public void Dispose() => _writer.Dispose();

    private int RingSize
    {
        get
        {
            lock (_counting)
            {
                return _ring.Count;
            }
        }
    }

    private async Task CountNewRowsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredEvent> rows;
        do
        {
            rows = await store.ReadAfterAsync(_counted, Batch, cancellationToken);
            lock (_counting)
            {
                foreach (var row in rows)
                {
                    Count(row);
                }
            }
        }
        while (rows.Count == Batch);
    }

    private void Count(StoredEvent row)
    {
        _counted = row.Seq;
        if (row.Event is null)
        {
            _corrupt++;
            LogCorruptRow(row.Seq, row.Problem);
            return;
        }

        _ring.Add(row.Event);
        _tallies.Add(row.Event);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Row {Seq} of observer.events cannot be read and is skipped: {Problem}")]
    private partial void LogCorruptRow(long seq, string? problem);
}

internal sealed record Appended(bool Duplicate, int RingSize);

internal sealed record EventCounts(
    Tally Sum, IReadOnlyDictionary<string, long> BySource, IReadOnlyList<ObserverEvent> Recent, int RingSize, long CorruptRows);
