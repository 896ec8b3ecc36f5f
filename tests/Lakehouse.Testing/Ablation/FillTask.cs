namespace Lakehouse.Testing.Ablation;

/// <summary>A client who needs people.</summary>
/// <param name="Refused">Whom the client will not have, as places in the list that the search gives before anything is known.</param>
public sealed record FillTask(string Client, string Role, int Count, string City, string State, IReadOnlyList<int> Refused)
{
    private const int Ordinary = 36;

    private static readonly string[] Roles =
        ["Welder", "Machinist", "Forklift Operator", "Electrician", "Assembler", "Packer", "Truck Driver", "Pipefitter", "Carpenter", "Painter"];

    private static readonly (string City, string State)[] Places =
    [
        ("Toledo", "OH"), ("Cleveland", "OH"), ("Columbus", "OH"), ("Dayton", "OH"), ("Indianapolis", "IN"), ("Detroit", "MI"),
        ("Chicago", "IL"), ("Milwaukee", "WI"), ("Nashville", "TN"), ("Pittsburgh", "PA"), ("Louisville", "KY"), ("Erie", "PA"),
    ];

    // most clients will not have somebody; the last sort turns down whoever the search puts first, for longer than anybody asks
    private static readonly int[][] Refusals = [[0], [], [0, 1], [1], [0, 1, 2, 3], [0, 2], [], [1, 2], [0, 1, 2], [.. Enumerable.Range(0, 12)]];

    /// <summary>
    /// The fixed set: 36 of different kind, two more clients with the wish of two others, and the two that nobody can fill.
    /// </summary>
    public static readonly IReadOnlyList<FillTask> All =
    [
        .. Enumerable.Range(0, Ordinary).Select(number =>
        {
            var (city, state) = Places[((number * 5) + (number / Roles.Length)) % Places.Length];
            return new FillTask($"C-{number}", Roles[number % Roles.Length], 1 + (number % 4), city, state, Refusals[number * 3 % Refusals.Length]);
        }),
        new("C-36", Roles[0], 1, Places[0].City, Places[0].State, [1, 2]), new("C-37", Roles[1], 2, Places[5].City, Places[5].State, [2, 3]),
        new("C-38", "Electrician", 3, "Gary", "IN", []), new("C-39", "Welder", 2, "Flint", "MI", []),
    ];

    public bool HasNobody => City is "Gary" or "Flint";

    public string Operation => $"fill: {Role} x{Count} in {City}, {State}";
}
