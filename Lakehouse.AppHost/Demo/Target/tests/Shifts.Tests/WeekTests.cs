namespace Shifts.Tests;

internal static class WeekTests
{
    public static void Week_adds_up_the_shifts_of_one_worker() =>
        Check.Equal(
            TimeSpan.FromHours(12),
            new Week([Times.Shift("Ada", "08:00", "16:00"), Times.Shift("Ada", "18:00", "22:00"), Times.Shift("Bob", "08:00", "16:00")]).Paid("Ada"));

    public static void Week_of_an_unknown_worker_pays_nothing() =>
        Check.Equal(TimeSpan.Zero, new Week([Times.Shift("Ada", "08:00", "16:00")]).Paid("Bob"));

    public static void Week_beyond_forty_hours_is_overtime() =>
        Check.Equal(
            TimeSpan.FromHours(8),
            new Week([.. Enumerable.Range(0, 6).Select(_ => Times.Shift("Ada", "08:00", "16:00"))]).Overtime("Ada"));

    public static void Week_of_forty_hours_has_no_overtime() =>
        Check.Equal(
            TimeSpan.Zero,
            new Week([.. Enumerable.Range(0, 5).Select(_ => Times.Shift("Ada", "08:00", "16:00"))]).Overtime("Ada"));
}
