namespace Shifts.Tests;

/// <summary>Shifts of one Monday.</summary>
internal static class Times
{
    public static Shift Shift(string worker, string start, string end, int breakMinutes = 0) =>
        new(worker, At(start), At(end), TimeSpan.FromMinutes(breakMinutes));

    private static DateTime At(string time) => new DateTime(2026, 4, 20).Add(TimeSpan.Parse(time));
}
