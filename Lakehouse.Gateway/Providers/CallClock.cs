namespace Lakehouse.Gateway.Providers;

/// <summary>The time limits of one call: to the first byte, between bytes, and in whole.</summary>
internal sealed class CallClock : IDisposable
{
    // one timer for whatever ends first: the phase, or the whole
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenRegistration _leaving;
    private readonly CallTimeouts _timeouts;
    private readonly CancellationToken _caller;
    private readonly TimeProvider _time;
    private readonly long _started;
    private bool _sawByte;

    public CallClock(CallTimeouts timeouts, TimeProvider time, CancellationToken caller)
    {
        (_timeouts, _time, _caller, _started) = (timeouts, time, caller, time.GetTimestamp());
        _limit = new CancellationTokenSource(timeouts.FirstByte < timeouts.Whole ? timeouts.FirstByte : timeouts.Whole, time);
        _leaving = caller.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), _limit);
    }

    public CancellationToken Token => _limit.Token;

    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    public TimeSpan? FirstByte { get; private set; }

    /// <summary>Something arrived: the next byte may take the idle limit.</summary>
    public void SawBytes()
    {
        if (!_sawByte)
        {
            _sawByte = true;
            FirstByte = Elapsed;
        }

        var left = _timeouts.Whole - Elapsed;
        _limit.CancelAfter(left > _timeouts.Idle ? _timeouts.Idle : left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    /// <summary>Which limit it was that cancelled <see cref="Token"/>.</summary>
    public ProviderException Failure(Exception inner)
    {
        if (_caller.IsCancellationRequested)
        {
            return new(ProviderFailure.Cancelled, "The caller went away.", inner: inner);
        }

        return _sawByte
            ? new(ProviderFailure.IdleTimeout, Elapsed >= _timeouts.Whole
                ? $"The model was not done after {_timeouts.Whole.TotalSeconds:0.#} s."
                : $"The model sent nothing for {_timeouts.Idle.TotalSeconds:0.#} s in the middle of its reply.", inner: inner)
            : new(ProviderFailure.FirstByteTimeout, $"The model sent nothing for {Elapsed.TotalSeconds:0.#} s.", inner: inner);
    }

    public void Dispose()
    {
        _leaving.Dispose();
        _limit.Dispose();
    }
}

internal sealed record CallTimeouts(TimeSpan FirstByte, TimeSpan Idle, TimeSpan Whole);
