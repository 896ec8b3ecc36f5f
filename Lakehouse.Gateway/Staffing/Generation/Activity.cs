namespace Lakehouse.Gateway.Staffing.Generation;

/// <summary>What happened: hours worked, calls, messages.</summary>
internal static class Activity
{
    private static readonly string[] CallOutcomes = ["connected", "connected", "voicemail", "no_answer", "callback"];
    private static readonly string[] Directions = ["out", "out", "in"];
    private static readonly string[] Subjects = ["Open positions for next week", "Rates for the coming quarter", "Attendance on the night shift", "Two more people from Monday", "Invoice question"];

    private static readonly string[] Letters =
    [
        "Please see the positions below and tell us who can start on Monday.", "The rates that we agreed on hold until the end of the quarter.",
        "Attendance was good this week; one shift was missed and made up for.", "We need two more people from Monday, day shift, safety shoes required.", "One line of the last invoice is not clear to us.",
    ];

    private static readonly string[] Texts =
    [
        "Shift confirmed for tomorrow, 6:00. Reply STOP to end.", "Can you take a day shift this week? Reply YES or NO.", "YES", "NO, not this week", "Your timesheet is due today.", "Thank you, see you at the gate.",
    ];

    public static void Timesheet(DatasetShape shape, int number, object?[] row)
    {
        var random = shape.Random(7, number);
        var (placementNumber, week) = ((number - 1) % shape.Placements + 1, (number - 1) / shape.Placements);
        var placement = Business.Placement(shape, placementNumber);
        var hours = random.Percent(80) ? 40.0 : random.Between(16, 110) / 2.0;
        var started = placement.Started.AddDays(6 - (int)placement.Started.DayOfWeek);
        (row[0], row[1], row[2], row[3]) = ($"T-{number}", $"P-{placementNumber}", $"W-{placement.Worker}", $"C-{placement.Client}");
        (row[4], row[5], row[6], row[7]) = (started.AddDays(7 * week), hours, (int)(hours * placement.Pay), (int)(hours * placement.Bill));
        row[8] = random.Percent(95);
    }

    public static void Call(DatasetShape shape, int number, object?[] row)
    {
        var random = shape.Random(8, number);
        var outcome = random.Of(CallOutcomes);
        var withWorker = random.Percent(70);
        (row[0], row[1]) = ($"L-{number}", shape.Recruiter(random.Below(shape.Recruiters)));
        (row[2], row[3]) = (withWorker ? $"W-{random.Between(1, shape.Workers)}" : null, withWorker ? null : $"C-{Called(ref random, shape)}");
        (row[4], row[5], row[6]) = (outcome, outcome == "connected" ? random.Between(20, 1_500) : random.Below(30), At(ref random, 365));
    }

    public static void Email(DatasetShape shape, int number, object?[] row)
    {
        var random = shape.Random(9, number);
        var about = random.Below(Subjects.Length);
        (row[0], row[1], row[2]) = ($"E-{number}", $"C-{Called(ref random, shape)}", shape.Recruiter(random.Below(shape.Recruiters)));
        (row[3], row[4], row[5], row[6]) = (random.Of(Directions), Subjects[about], Letters[about], At(ref random, 365));
    }

    public static void Sms(DatasetShape shape, int number, object?[] row)
    {
        var random = shape.Random(10, number);
        (row[0], row[1], row[2]) = ($"S-{number}", $"W-{random.Between(1, shape.Workers)}", Names.Phone(random.Of(Place.All), random.Below(100)));
        (row[3], row[4], row[5]) = (random.Of(Directions), random.Of(Texts), At(ref random, 365));
    }

    // every seventh client has been forgotten: there are leads to warm up
    private static int Called(ref RowRandom random, DatasetShape shape) => random.Between(1, shape.Clients) is var client && client % 7 == 0 ? client - 1 : client;

    private static DateTime At(ref RowRandom random, int days) =>
        DatasetShape.Today.AddDays(-random.Below(days)).ToDateTime(new(random.Between(7, 18), random.Below(60), random.Below(60)), DateTimeKind.Utc);
}
