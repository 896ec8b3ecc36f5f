namespace Lakehouse.Gateway.Providers;

/// <summary>The time limits of one call: to the first byte, between bytes, and in whole.</summary>
internal sealed class CallClock : IDisposable
{
    // one timer for whatever ends first: the phase, or the whole
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenRegistration _leaving;
    private readonly CallTimeouts _timeouts;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Lock _phase = new();
    private TimeSpan _readers;
    private TimeSpan? _waitsSince;
    private bool _sawByte;
    private volatile bool _callerLeft;

    public CallClock(CallTimeouts timeouts, TimeProvider time, CancellationToken caller)
    {
        (_timeouts, _time, _started) = (timeouts, time, time.GetTimestamp());
        _limit = new CancellationTokenSource(timeouts.FirstByte < timeouts.Whole ? timeouts.FirstByte : timeouts.Whole, time);
        _leaving = caller.UnsafeRegister(static clock => ((CallClock)clock!).CallerLeft(), this);
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

        lock (_phase)
        {
            if (_waitsSince is null)
            {
                Arm(_timeouts.Idle);
            }
        }
    }

    /// <summary>The caller has not taken yet what was sent to it: until it has, the model may be as idle as it likes.</summary>
    public void WaitForReader()
    {
        lock (_phase)
        {
            _waitsSince = Elapsed;
            Arm(_timeouts.Whole);
        }
    }

    /// <summary>The caller took it.</summary>
    public void ReaderCameBack()
    {
        lock (_phase)
        {
            _readers += Elapsed - (_waitsSince ?? Elapsed);
            _waitsSince = null;
            Arm(_timeouts.Idle);
        }
    }

    /// <summary>Which limit it was that cancelled <see cref="Token"/>.</summary>
    public ProviderException Failure(Exception inner)
    {
        if (_callerLeft)
        {
            return new(ProviderFailure.Cancelled, "The caller went away.", inner: inner);
        }

        // most of the time went by while the reply lay there unread
        if (Elapsed >= _timeouts.Whole && _readers + (Elapsed - (_waitsSince ?? Elapsed)) > Elapsed / 2)
        {
            return new(ProviderFailure.Cancelled, $"The caller did not read its stream in {_timeouts.Whole.TotalSeconds:0.#} s.", inner: inner);
        }

        return _sawByte
            ? new(ProviderFailure.IdleTimeout, Elapsed >= _timeouts.Whole
                ? $"The model was not done after {_timeouts.Whole.TotalSeconds:0.#} s."
                : $"The model sent nothing for {_timeouts.Idle.TotalSeconds:0.#} s in the middle of its reply.", inner: inner)
            : new(ProviderFailure.FirstByteTimeout, $"The model sent nothing for {Elapsed.TotalSeconds:0.#} s.", inner: inner);
    }

    // after a limit the server breaks off a reply that nobody reads, and the caller's token ends too: what came first counts
    private void CallerLeft()
    {
        if (!_limit.IsCancellationRequested)
        {
            _callerLeft = true;
            _limit.Cancel();
        }
    }

    private void Arm(TimeSpan limit)
    {
        var left = _timeouts.Whole - Elapsed;
        _limit.CancelAfter(left > limit ? limit : left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    public void Dispose()
    {
        _leaving.Dispose();
        _limit.Dispose();
    }
}

internal sealed record CallTimeouts(TimeSpan FirstByte, TimeSpan Idle, TimeSpan Whole);
