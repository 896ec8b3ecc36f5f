namespace Shifts.Tests;

internal static class ShiftTests
{
    public static void Shift_pays_its_length() =>
        Check.Equal(TimeSpan.FromHours(8), Times.Shift("Ada", "08:00", "16:00").Paid);

    public static void Shift_does_not_pay_the_unpaid_break() =>
        Check.Equal(TimeSpan.FromHours(7.5), Times.Shift("Ada", "08:00", "16:00", breakMinutes: 30).Paid);

    public static void Shift_that_ends_as_it_starts_pays_nothing() =>
        Check.Equal(TimeSpan.Zero, Times.Shift("Ada", "08:00", "08:00").Paid);
}
