namespace Shifts;

/// <summary>The shifts of one week.</summary>
public sealed class Week(IReadOnlyCollection<Shift> shifts)
{
    /// <summary>More than this is overtime.</summary>
    public static readonly TimeSpan Regular = TimeSpan.FromHours(40);

    /// <summary>Each shift is rounded by itself, so that their order does not matter.</summary>
    public TimeSpan Paid(string worker) =>
        shifts.Where(shift => shift.Worker == worker)
            .Aggregate(TimeSpan.Zero, (sum, shift) => sum + QuarterHours.Round(shift.Paid));

    public TimeSpan Overtime(string worker)
    {
        var paid = Paid(worker);
        return paid > Regular ? paid - Regular : TimeSpan.Zero;
    }
}
