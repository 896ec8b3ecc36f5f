namespace Shifts;

/// <summary>One worked shift of one worker, in local time.</summary>
public sealed record Shift(string Worker, DateTime Start, DateTime End, TimeSpan UnpaidBreak)
{
    /// <summary>The time to pay: without the unpaid break. An end that is earlier than the start is on the next day.</summary>
    public TimeSpan Paid => (End < Start ? End.AddDays(1) : End) - Start - UnpaidBreak;
}
