namespace Shifts;

/// <summary>The shifts of one week.</summary>
public sealed class Week(IReadOnlyCollection<Shift> shifts)
{
    /// <summary>More than this is overtime.</summary>
    public static readonly TimeSpan Regular = TimeSpan.FromHours(40);

    public TimeSpan Paid(string worker) =>
        shifts.Where(shift => shift.Worker == worker)
            .Aggregate(TimeSpan.Zero, (sum, shift) => sum + shift.Paid);

    public TimeSpan Overtime(string worker)
    {
        var paid = Paid(worker);
        return paid > Regular ? paid - Regular : TimeSpan.Zero;
    }
}
