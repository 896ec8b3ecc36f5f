namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>The chunks of one call, which is sent when the first is asked for. Chunks that arrived together are handed out without
/// anything asynchronous between them, which would cost more than they do.</summary>
internal sealed class UpstreamStream(UpstreamClient client, UpstreamCall call, CallClock clock, Func<LineReader, IEventReader> format, IVendorStream stream)
    : IAsyncEnumerable<ModelChunk>, IAsyncEnumerator<ModelChunk>
{
    private HttpResponseMessage? _response;
    private LineReader? _lines;
    private IEventReader? _events;
    private bool _hasEnded;

    public ModelChunk Current { get; private set; } = new();

    /// <summary>Once. The clock's token is the one that ends it.</summary>
    public IAsyncEnumerator<ModelChunk> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

    public ValueTask<bool> MoveNextAsync() => IsHere() ? new(true) : WaitAsync();

    public ValueTask DisposeAsync()
    {
        _lines?.Dispose();
        _response?.Dispose();
        return default;
    }

    private bool IsHere()
    {
        while (_events is not null && !stream.IsDone && _events.TryRead(out var item))
        {
            Surrogates.Check(item.Data.Span, call.Vendor);
            if (stream.Read(item) is { } chunk)
            {
                Current = chunk;
                return true;
            }
        }

        return false;
    }

    private async ValueTask<bool> WaitAsync()
    {
        while (!stream.IsDone && _lines is not { HasEnded: true })
        {
            await ReadAsync();
            if (IsHere())
            {
                return true;
            }
        }

        if (_hasEnded || stream.End() is not { } last)
        {
            return false;
        }

        (_hasEnded, Current) = (true, last);
        return true;
    }

    private async ValueTask ReadAsync()
    {
        _response ??= await client.SendAsync(call, clock);
        try
        {
            _lines ??= new LineReader(await _response.Content.ReadAsStreamAsync(clock.Token));
            _events ??= format(_lines);
            await _lines.FillAsync(clock.Token);
        }
        catch (Exception problem) when (UpstreamFaults.IsTransport(problem))
        {
            throw UpstreamFaults.Of(problem, call.Vendor, clock);
        }

        if (!_lines.HasEnded)
        {
            clock.SawBytes();
        }
    }
}
