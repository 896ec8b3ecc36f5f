using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Lakehouse.Gateway.Tests.Security;

/// <summary>The tags of every measurement in this process; a set of tags is kept once.</summary>
internal sealed class CapturedMetrics : IDisposable
{
    private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new() { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };

    public CapturedMetrics()
    {
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Saw(instrument, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Saw(instrument, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Saw(instrument, tags));
        _listener.Start();
    }

    public ICollection<string> Texts => _seen.Keys;

    public void Dispose() => _listener.Dispose();

    private void Saw(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) => _seen.TryAdd($"{instrument.Meter.Name} {instrument.Name} {CapturedSpans.Pairs(tags.ToArray())}", true);
}
