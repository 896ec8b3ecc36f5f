namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>The lines of an NDJSON stream, each an event without a name, as they came.</summary>
internal sealed class NdjsonReader(LineReader lines) : IEventReader
{
    public bool TryRead(out SseEvent item)
    {
        var isHere = lines.TryRead(out var line);
        item = new(null, line);
        return isHere;
    }
}
