namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary>The real clock, ahead by what a test says: hours pass at once, and timers go on as they do.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _aheadTicks;

    public TimeSpan Ahead
    {
        get => new(Interlocked.Read(ref _aheadTicks));
        set => Interlocked.Exchange(ref _aheadTicks, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
}
