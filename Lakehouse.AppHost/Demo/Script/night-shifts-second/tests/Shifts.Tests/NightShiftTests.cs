namespace Shifts.Tests;

internal static class NightShiftTests
{
    public static void Shift_that_ends_after_midnight_pays_to_its_end() =>
        Check.Equal(TimeSpan.FromHours(8), Times.Shift("Ada", "22:00", "06:00").Paid);

    public static void Night_shift_does_not_pay_the_unpaid_break() =>
        Check.Equal(TimeSpan.FromHours(7.5), Times.Shift("Ada", "22:00", "06:00", breakMinutes: 30).Paid);
}
