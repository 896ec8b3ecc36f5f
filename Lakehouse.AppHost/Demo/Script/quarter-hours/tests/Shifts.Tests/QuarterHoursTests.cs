namespace Shifts.Tests;

internal static class QuarterHoursTests
{
    public static void Time_below_half_a_quarter_is_rounded_down() =>
        Check.Equal(TimeSpan.FromHours(8), QuarterHours.Round(new TimeSpan(8, 7, 29)));

    public static void Half_a_quarter_is_rounded_up() =>
        Check.Equal(TimeSpan.FromHours(8.25), QuarterHours.Round(new TimeSpan(8, 7, 30)));

    public static void Week_rounds_each_shift_before_it_adds_them_up() =>
        Check.Equal(
            TimeSpan.FromHours(8),
            new Week([Times.Shift("Ada", "08:00", "12:07"), Times.Shift("Ada", "13:00", "17:07")]).Paid("Ada"));
}
