namespace Lakehouse.BotWorker.Cycles;

/// <summary>Section <c>Bot:GapPause</c>: how long a gap that failed is left alone by the policy, and when a person must look at it.</summary>
internal sealed class GapPauseOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>After the first failure; zero for no pause.</summary>
    public TimeSpan First { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Each further failure in a row makes the pause so many times longer, up to 30 days.</summary>
    public double Factor { get; set; } = 2;

    /// <summary>So many failures in a row, and the gap is parked until a person unparks it.</summary>
    public int ParkAfter { get; set; } = 5;

    /// <param name="failures">In a row, at least 1.</param>
    public TimeSpan After(int failures)
    {
        var pause = First.TotalSeconds * Math.Pow(Factor, failures - 1);
        return pause < Longest.TotalSeconds ? TimeSpan.FromSeconds(pause) : Longest;
    }
}
