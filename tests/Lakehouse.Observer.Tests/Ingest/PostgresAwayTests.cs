using System.Net;
using Lakehouse.Testing;

namespace Lakehouse.Observer.Tests.Ingest;

public sealed class PostgresAwayTests
{
    private const string Event = """{"event_id":"evt_kept","source":"bot","endpoint":"bot.cycle","ok":true}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Event_is_refused_while_postgres_is_away_and_taken_when_it_is_back()
    {
        await using var server = new OwnPostgres();
        await server.StartAsync(Cancelled);
        using var app = new ObserverApp(server.ConnectionString);
        await app.AcceptAsync("""{"event_id":"evt_1","source":"bot","endpoint":"bot.cycle","ok":true}""");
        await server.StopAsync();

        using var refused = await app.PostAsync(Event);
        using var health = await app.Client.GetAsync("/health", Cancelled);
        using var events = await app.Client.GetAsync("/events", Cancelled);
        var stats = await app.GetAsync("/stats");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("same event_id", await refused.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains("Postgres does not answer", await health.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, events.StatusCode);
        Assert.Equal(1, stats["total"]!.GetValue<long>());
        Assert.Contains("Postgres does not answer", stats["pr_landing"]!["note"]!.GetValue<string>(), StringComparison.Ordinal);

        await server.StartAsync(Cancelled);
        var reply = await app.AcceptAsync(Event);

        Assert.False(reply["duplicate"]!.GetValue<bool>());
        Assert.Equal(2, reply["ring_size"]!.GetValue<int>());
        Assert.Equal(2, (await app.GetAsync("/stats"))["total"]!.GetValue<long>());
    }

    [Fact]
    public async Task Observer_started_before_postgres_waits_and_says_so()
    {
        await using var server = new OwnPostgres();
        using var app = new ObserverApp(server.ConnectionString);

        using var early = await app.PostAsync(Event);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, early.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.Client.GetAsync("/events", Cancelled)).StatusCode);
        Assert.Contains("Not known", (await app.GetAsync("/stats"))["pr_landing"]!["note"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.Client.GetAsync("/health", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.Client.GetAsync("/alive", Cancelled)).StatusCode);

        await server.StartAsync(Cancelled);
        await Eventually.TrueAsync(async () => (await app.Client.GetAsync("/health", Cancelled)).IsSuccessStatusCode, Cancelled);

        Assert.Equal(1, (await app.AcceptAsync(Event))["ring_size"]!.GetValue<int>());
    }
}
