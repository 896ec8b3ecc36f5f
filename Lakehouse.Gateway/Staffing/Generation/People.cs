namespace Lakehouse.Gateway.Staffing.Generation;

/// <summary>Workers and candidates.</summary>
internal static class People
{
    private static readonly string[] Shifts = ["day", "day", "evening", "night"];
    private static readonly string[] Stages = ["applied", "applied", "screened", "interviewed", "offered", "rejected"];
    private static readonly string[] Sources = ["job_board", "referral", "walk_in", "web_site"];

    public static void Worker(DatasetShape shape, int number, object?[] row)
    {
        var random = shape.Random(1, number);
        var (trade, place) = Of(number);
        var name = Names.Person(number * 31 % 21_600 + random.Below(20));
        var (availability, status) = number == 1 ? ("available", "active") : State(ref random);
        (row[0], row[1], row[2], row[3], row[4]) = ($"W-{number}", name, trade.Role, place.City, place.State);
        (row[5], row[6], row[7]) = (availability, status, Math.Round(0.99 - random.Below(50) * random.Below(100) / 10_000.0, 2));
        (row[8], row[9]) = (Some(ref random, trade.Skills, 2), Some(ref random, trade.Certs, 0));
        (row[10], row[11]) = (Names.Phone(place, random.Below(100)), Names.Email(name, $"w{number}"));
        (row[12], row[13], row[14]) = (trade.PayCents + random.Below(30) * 25, random.Of(Shifts), DatasetShape.Today.AddDays(-random.Between(30, 3_000)));
    }

    public static void Candidate(DatasetShape shape, int number, object?[] row)
    {
        var random = shape.Random(4, number);
        var place = random.Of(Place.All);
        var trade = Trade.Supplied(random.Below(Trade.All.Count), place);
        var name = Names.Person(random.Below(21_600));
        (row[0], row[1], row[2], row[3], row[4]) = ($"A-{number}", name, trade.Role, place.City, place.State);
        (row[5], row[6], row[7]) = (random.Of(Stages), Some(ref random, trade.Skills, 1), random.Below(25));
        (row[8], row[9]) = (random.Of(Sources), shape.Recruiter(random.Below(shape.Recruiters)));
        (row[10], row[11], row[12]) = (Names.Phone(place, random.Below(100)), Names.Email(name, $"a{number}"), DatasetShape.Today.AddDays(-random.Below(180)));
    }

    /// <summary>Where a worker is and what he does follows from his number, so that who can fill an order is known without a look at any row.</summary>
    /// <returns>A worker for the trade and place where there is one, else any.</returns>
    public static int WorkerFor(DatasetShape shape, int trade, int place, int chance)
    {
        var round = Trade.All.Count * Place.All.Count;
        var number = chance % Math.Max(1, shape.Workers / round) * round + trade * Place.All.Count + place + 1;
        return number <= shape.Workers ? number : chance % shape.Workers + 1;
    }

    private static (Trade Trade, Place Place) Of(int number)
    {
        var place = Place.All[(number - 1) % Place.All.Count];
        return (Trade.Supplied((number - 1) / Place.All.Count % Trade.All.Count, place), place);
    }

    private static (string Availability, string Status) State(ref RowRandom random) => random.Below(100) switch
    {
        < 55 => ("available", "active"),
        < 85 => ("assigned", "active"),
        < 90 => ("unavailable", "active"),
        < 95 => ("unavailable", "on_leave"),
        _ => ("unavailable", "inactive"),
    };

    // in the trade's order, each as often as the others
    private static string[] Some(ref RowRandom random, string[] all, int least)
    {
        var wanted = random.Between(Math.Min(least, all.Length), all.Length);
        var some = new string[wanted];
        for (int at = 0, taken = 0; taken < wanted; at++)
        {
            if (random.Below(all.Length - at) < wanted - taken)
            {
                some[taken++] = all[at];
            }
        }

        return some;
    }
}
