namespace Lakehouse.Gateway.Staffing.Generation;

internal sealed record Place(string City, string State, int AreaCode)
{
    /// <summary>The first is Toledo: even the smallest data set has its welders.</summary>
    public static readonly IReadOnlyList<Place> All =
    [
        new("Toledo", "OH", 419), new("Gary", "IN", 219), new("Flint", "MI", 810), new("Cleveland", "OH", 216), new("Columbus", "OH", 614), new("Akron", "OH", 330),
        new("Dayton", "OH", 937), new("Cincinnati", "OH", 513), new("Indianapolis", "IN", 317), new("Fort Wayne", "IN", 260), new("South Bend", "IN", 574), new("Evansville", "IN", 812),
        new("Detroit", "MI", 313), new("Grand Rapids", "MI", 616), new("Lansing", "MI", 517), new("Chicago", "IL", 312), new("Joliet", "IL", 815), new("Peoria", "IL", 309),
        new("Springfield", "IL", 217), new("Milwaukee", "WI", 414), new("Madison", "WI", 608), new("Green Bay", "WI", 920), new("St. Louis", "MO", 314), new("Kansas City", "MO", 816),
        new("Louisville", "KY", 502), new("Lexington", "KY", 859), new("Nashville", "TN", 615), new("Memphis", "TN", 901), new("Pittsburgh", "PA", 412), new("Erie", "PA", 814),
        new("Buffalo", "NY", 716), new("Minneapolis", "MN", 612), new("Des Moines", "IA", 515),
    ];
}
