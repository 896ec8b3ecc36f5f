namespace Lakehouse.Gateway.Staffing.Generation;

/// <summary>How much is generated, and from which seed. All other tables grow with the workers.</summary>
internal sealed record DatasetShape(int Workers, long Seed)
{
    public const int DefaultWorkers = 500_000;
    public const int MostWorkers = 2_000_000;
    public const long DefaultSeed = 7;

    /// <summary>The last day that anything happened on. Fixed, because the same seed makes the same rows at any time.</summary>
    public static readonly DateOnly Today = new(2026, 6, 30);

    public int Clients => Math.Max(5, Workers / 500);

    public int Contracts => Math.Max(5, Workers / 250);

    public int Candidates => Math.Max(10, Workers / 5);

    public int JobOrders => Math.Max(10, Workers / 25);

    public int Placements => Math.Max(10, Workers * 3 / 10);

    public int Timesheets => Workers * 2;

    public int Calls => (int)(Workers * 8L / 5);

    public int Emails => Math.Max(10, Workers / 5);

    public int Sms => Math.Max(10, Workers * 2 / 5);

    public int Recruiters => Math.Max(3, Workers / 10_000);

    public RowRandom Random(int table, int row) => new((ulong)Seed, table, row);

    /// <param name="number">From 0.</param>
    public string Recruiter(int number) => Names.Person(number % Recruiters * 37);
}
