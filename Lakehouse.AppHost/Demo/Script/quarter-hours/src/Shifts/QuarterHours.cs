namespace Shifts;

/// <summary>Contracts are billed in quarters of an hour.</summary>
public static class QuarterHours
{
    private static readonly long Quarter = TimeSpan.FromMinutes(15).Ticks;

    /// <summary>To the nearest quarter, halves up.</summary>
    public static TimeSpan Round(TimeSpan time) =>
        TimeSpan.FromTicks((long)Math.Floor((time.Ticks + Quarter / 2m) / Quarter) * Quarter);
}
