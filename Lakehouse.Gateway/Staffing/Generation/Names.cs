namespace Lakehouse.Gateway.Staffing.Generation;

/// <summary>Names that nobody has: last names are put together from parts, numbers are those that are reserved for fiction.</summary>
internal static class Names
{
    private static readonly string[] First =
    [
        "Ardan", "Belis", "Corvin", "Daria", "Elowen", "Fenrick", "Galia", "Hadrin", "Isolde", "Jorah", "Kestra", "Lioren", "Maris", "Nerys", "Orin",
        "Perla", "Quillon", "Rhea", "Sorrel", "Tamsin", "Ulric", "Vesna", "Wren", "Xanthe", "Yorick", "Zelda", "Alaric", "Brisa", "Calder", "Dovie",
        "Emeric", "Fiora", "Garrick", "Hollis", "Inara", "Joss", "Kerensa", "Lucan", "Mirela", "Nolan", "Odalys", "Pryce", "Rowena", "Stellan", "Thea",
    ];

    private static readonly string[] Beginnings =
    [
        "Ash", "Bram", "Cald", "Dun", "Elder", "Fair", "Glen", "Hart", "Iron", "Kings", "Lark", "Mill", "North", "Oak", "Penn", "Quarry", "Raven", "Stone", "Thorn", "Under", "Vale", "West", "Wolf", "Yarrow",
    ];

    private static readonly string[] Ends = ["bridge", "by", "combe", "croft", "dale", "field", "ford", "gate", "hurst", "ley", "mere", "mont", "ridge", "shaw", "stead", "ton", "wall", "well", "wick", "worth"];

    /// <param name="number">Neighbours get different names; 21,600 names in all.</param>
    public static string Person(int number)
    {
        var (first, rest) = (number % First.Length, number / First.Length + number * 7);
        return $"{First[first]} {Last(rest)}";
    }

    public static string Company(int number, string industry) => $"{Last(number * 11)} {industry}";

    public static string Email(string name, string id) => $"{name.Replace(' ', '.').ToLowerInvariant()}.{id.ToLowerInvariant()}@example.com";

    /// <summary>555-0100 to 555-0199 are given to nobody in any area.</summary>
    public static string Phone(Place place, int number) => $"+1{place.AreaCode}55501{number % 100:00}";

    private static string Last(int number) => Beginnings[number % Beginnings.Length] + Ends[number / Beginnings.Length % Ends.Length];
}
