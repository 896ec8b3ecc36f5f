namespace Lakehouse.Gateway.Staffing.Generation;

/// <summary>Clients, what they ordered, and who went there.</summary>
internal static class Business
{
    private static readonly string[] Industries = ["Foundry", "Logistics", "Plastics", "Automotive", "Foods", "Fabrication", "Packaging", "Energy"];
    private static readonly string[] ClientStatus = ["active", "active", "active", "lead", "former"];
    private static readonly string[] Priorities = ["normal", "normal", "high", "urgent"];

    public static void Client(DatasetShape shape, int number, object?[] row)
    {
        var random = shape.Random(2, number);
        var (place, industry) = (random.Of(Place.All), random.Of(Industries));
        var contact = Names.Person(random.Below(21_600));
        (row[0], row[1], row[2], row[3], row[4]) = ($"C-{number}", Names.Company(number, industry), industry, place.City, place.State);
        (row[5], row[6], row[7], row[8]) = (random.Of(ClientStatus), contact, Names.Email(contact, $"c{number}"), Names.Phone(place, random.Below(100)));
        (row[9], row[10]) = (shape.Recruiter(random.Below(shape.Recruiters)), DatasetShape.Today.AddDays(-random.Between(30, 2_500)));
    }

    public static void Contract(DatasetShape shape, int number, object?[] row)
    {
        var random = shape.Random(3, number);
        var (trade, place) = (random.Of(Trade.All), random.Of(Place.All));
        var starts = DatasetShape.Today.AddDays(-random.Between(-60, 600));
        var ends = starts.AddDays(random.Between(60, 365));
        var (headcount, rate) = (random.Between(1, 25), Bill(trade.PayCents + random.Below(500)));
        (row[0], row[1], row[2], row[3], row[4]) = ($"K-{number}", $"C-{(number - 1) % shape.Clients + 1}", trade.Role, place.City, place.State);
        (row[5], row[6], row[7], row[8], row[9]) = (headcount, rate, headcount * rate / 100 * 40 * ((ends.DayNumber - starts.DayNumber) / 7), starts, ends);
        row[10] = starts > DatasetShape.Today ? "draft" : ends < DatasetShape.Today ? "ended" : "active";
    }

    public static void JobOrder(DatasetShape shape, int number, object?[] row)
    {
        var (order, random) = Order(shape, number);
        var (trade, place) = (Trade.All[order.Trade], Place.All[order.Place]);
        var headcount = random.Between(1, 12);
        var status = number <= 3 ? "open" : random.Below(10) switch { < 4 => "open", < 9 => "filled", _ => "cancelled" };
        (row[0], row[1], row[2], row[3], row[4]) = ($"J-{number}", $"C-{order.Client}", trade.Role, place.City, place.State);
        (row[5], row[6], row[7], row[8]) = (headcount, status == "filled" ? headcount : random.Below(headcount), random.Of(Priorities), status);
        (row[9], row[10], row[11], row[12]) = (shape.Recruiter(order.Recruiter), order.Bill, order.Opened, order.Opened.AddDays(random.Between(5, 45)));
    }

    public static void PlacementRow(DatasetShape shape, int number, object?[] row)
    {
        var placement = Placement(shape, number);
        (row[0], row[1], row[2], row[3]) = ($"P-{number}", $"J-{placement.Order}", $"W-{placement.Worker}", $"C-{placement.Client}");
        (row[4], row[5]) = (shape.Recruiter(placement.Recruiter), placement.Ended is null ? "active" : placement.Early ? "ended_early" : "completed");
        (row[6], row[7], row[8], row[9]) = (placement.Pay, placement.Bill, placement.Started, placement.Ended);
    }

    public static PlacementFacts Placement(DatasetShape shape, int number)
    {
        var random = shape.Random(6, number);
        var orderNumber = (number - 1) % shape.JobOrders + 1;
        var (order, _) = Order(shape, orderNumber);
        var worker = People.WorkerFor(shape, order.Trade, order.Place, random.Below(1_000_000));
        var started = order.Opened.AddDays(random.Between(1, 20));
        DateOnly? ended = started.AddDays(random.Between(14, 240)) is var day && day <= DatasetShape.Today ? day : null;
        return new(orderNumber, worker, order.Client, order.Recruiter, order.Bill * 100 / 145, order.Bill, started, ended, random.Percent(8));
    }

    // the first three ask for what the zero-supply cases are about
    private static (OrderFacts Order, RowRandom Random) Order(DatasetShape shape, int number)
    {
        var random = shape.Random(5, number);
        var (trade, place) = (random.Below(Trade.All.Count), random.Below(Place.All.Count));
        (trade, place) = number switch { 1 => (0, 0), 2 => (1, 1), 3 => (0, 2), _ => (trade, place) };
        var client = (number - 1) % shape.Clients + 1;
        var opened = DatasetShape.Today.AddDays(-random.Between(20, 500));
        return (new(client, trade, place, random.Below(shape.Recruiters), Bill(Trade.All[trade].PayCents + random.Below(600)), opened), random);
    }

    private static int Bill(int payCents) => payCents * 145 / 100;

    private sealed record OrderFacts(int Client, int Trade, int Place, int Recruiter, int Bill, DateOnly Opened);
}

/// <summary>What a placement's timesheets are made from.</summary>
internal sealed record PlacementFacts(int Order, int Worker, int Client, int Recruiter, int Pay, int Bill, DateOnly Started, DateOnly? Ended, bool Early);
