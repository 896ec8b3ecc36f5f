using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.Observer.Tests.Ingest;

public sealed class EventLogTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Same_event_sent_a_hundred_times_at_once_is_one_row_and_one_count()
    {
        var database = await postgres.CreateObserverDatabaseAsync(Cancelled);
        using var app = new ObserverApp(database);

        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => app.AcceptAsync("""{"event_id":"evt_same","source":"bot","endpoint":"bot.cycle","ok":true}""")));

        Assert.Single(replies, reply => !reply["duplicate"]!.GetValue<bool>());
        Assert.All(replies, reply => Assert.True(reply["accepted"]!.GetValue<bool>()));
        Assert.Equal(1L, await ObserverApp.SqlAsync(database, "select count(*) from observer.events"));
        Assert.Equal(1, (await app.GetAsync("/stats"))["total"]!.GetValue<long>());
    }

    [Fact]
    public async Task Different_events_at_once_are_all_counted()
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));

        await Task.WhenAll(Enumerable.Range(0, 100).Select(n => app.AcceptAsync($$"""{"event_id":"evt_{{n % 60}}","source":"s{{n % 60 % 3}}","endpoint":"e","ok":{{(n % 2 == 0 ? "true" : "false")}}}""")));

        var stats = await app.GetAsync("/stats");
        Assert.Equal(60, stats["total"]!.GetValue<long>());
        Assert.Equal(60, stats["successes"]!.GetValue<long>() + stats["failures"]!.GetValue<long>());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"s0":20,"s1":20,"s2":20}"""), stats["by_source"]));
        Assert.Equal(60, stats["ring_size"]!.GetValue<int>());
    }

    [Fact]
    public async Task First_of_two_events_with_one_id_stays()
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));
        await app.AcceptAsync("""{"event_id":"evt_1","endpoint":"first","ok":true}""");

        await app.AcceptAsync("""{"event_id":"evt_1","endpoint":"second","ok":false}""");

        Assert.Equal("first", (await app.GetAsync("/events"))["events"]![0]!["endpoint"]!.GetValue<string>());
        Assert.Equal(0, (await app.GetAsync("/stats"))["failures"]!.GetValue<long>());
    }

    [Fact]
    public async Task Event_without_an_id_gets_one()
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));

        var first = await app.AcceptAsync("""{"endpoint":"e","ok":true}""");
        var second = await app.AcceptAsync("""{"endpoint":"e","ok":true,"event_id":""}""");

        Assert.StartsWith("evt_", first["event_id"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.NotEqual(first["event_id"]!.GetValue<string>(), second["event_id"]!.GetValue<string>());
        Assert.Equal(2, second["ring_size"]!.GetValue<int>());
    }

    [Fact]
    public async Task Restart_counts_again_what_is_stored()
    {
        var database = await postgres.CreateObserverDatabaseAsync(Cancelled);
        JsonObject before;
        using (var app = new ObserverApp(database))
        {
            await app.AcceptAsync("""{"event_id":"evt_1","source":"bot","endpoint":"bot.cycle","ok":true,"outcome":"ok","gap_id":"a1","gap_text":"Add overtime","pr_url":"http://localhost/1","data":{"steps":[1,2]}}""");
            await app.AcceptAsync("""{"event_id":"evt_2","source":"gateway","endpoint":"chat","ok":false,"outcome":"failed"}""");
            before = await app.GetAsync("/stats");
        }

        using var again = new ObserverApp(database);
        var after = await again.GetAsync("/stats");

        Assert.Equal(2, after["total"]!.GetValue<long>());
        Assert.Equal(before.ToJsonString(), after.ToJsonString());
        Assert.Equal(3, (await again.AcceptAsync("""{"endpoint":"e","ok":true}"""))["ring_size"]!.GetValue<int>());
        Assert.True((await again.AcceptAsync("""{"event_id":"evt_2","endpoint":"e","ok":true}"""))["duplicate"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Ring_holds_two_thousand_and_the_counts_hold_all()
    {
        var database = await postgres.CreateObserverDatabaseAsync(Cancelled);
        using (var first = new ObserverApp(database))
        {
            await first.AcceptAsync("""{"event_id":"evt_0","endpoint":"e","ok":true}""");
        }

        await ObserverApp.SqlAsync(database, """
            insert into observer.events (event_id, received_at, source, body)
            select 'bulk_' || n, now(), 'bulk', jsonb_build_object('event_id', 'bulk_' || n, 'source', 'bulk', 'endpoint', 'e' || n, 'ok', n % 2 = 0, 'at', '2026-04-22T03:15:00.000Z')
            from generate_series(1, 7001) n
            """);
        using var app = new ObserverApp(database);

        var stats = await app.GetAsync("/stats");

        Assert.Equal(7002, stats["total"]!.GetValue<long>());
        Assert.Equal(3501, stats["failures"]!.GetValue<long>());
        Assert.Equal(2000, stats["ring_size"]!.GetValue<int>());
        Assert.Equal("e7001", stats["recent"]![0]!["endpoint"]!.GetValue<string>());
        Assert.Equal(2000, (await app.AcceptAsync("""{"endpoint":"newest","ok":true}"""))["ring_size"]!.GetValue<int>());
        Assert.Equal("newest", (await app.GetAsync("/stats"))["recent"]![0]!["endpoint"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("'{}'")]
    [InlineData("'[1,2]'")]
    [InlineData("'\"text\"'")]
    [InlineData("""'{"event_id":"x","source":"bot","endpoint":{"a":1},"ok":true,"at":"2026-04-22T03:15:00Z"}'""")]
    [InlineData("""'{"event_id":"x","source":"bot","endpoint":"e","ok":"maybe","at":"2026-04-22T03:15:00Z"}'""")]
    [InlineData("""'{"event_id":"x","source":"bot","endpoint":"e","ok":true,"at":"never"}'""")]
    [InlineData("""'{"event_id":"x","source":"bot","endpoint":"e","at":"2026-04-22T03:15:00Z"}'""")]
    [InlineData("'null'")]
    public async Task Corrupt_row_is_skipped_and_shown(string body)
    {
        var database = await postgres.CreateObserverDatabaseAsync(Cancelled);
        using (var first = new ObserverApp(database))
        {
            await first.AcceptAsync("""{"event_id":"evt_1","source":"bot","endpoint":"before","ok":true}""");
            await ObserverApp.SqlAsync(database, $"insert into observer.events (event_id, received_at, source, body) values ('evt_bad', now(), 'bot', {body})");
            await first.AcceptAsync("""{"event_id":"evt_2","source":"bot","endpoint":"after","ok":false}""");
            Assert.Equal(1, (await first.GetAsync("/stats"))["corrupt_rows"]!.GetValue<long>());
        }

        using var app = new ObserverApp(database);
        var stats = await app.GetAsync("/stats?source=bot");

        Assert.Equal(1, stats["corrupt_rows"]!.GetValue<long>());
        Assert.Equal(2, stats["total"]!.GetValue<long>());
        Assert.Equal(["after", "before"], (await app.GetAsync("/events?source=bot"))["events"]!.AsArray().Select(one => one!["endpoint"]!.GetValue<string>()));
        Assert.Contains("1 stored rows cannot be read", await app.Client.GetStringAsync("/", Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update observer.events set source = 'else'")]
    [InlineData("update observer.events set source = 'else' where false")]
    [InlineData("delete from observer.events")]
    [InlineData("truncate observer.events")]
    [InlineData("set session_replication_role = replica; delete from observer.events")]
    [InlineData("insert into observer.events (event_id, received_at, source, body) values ('evt_1', now(), 'bot', '{}') on conflict (event_id) do update set body = excluded.body")]
    public async Task Stored_event_can_be_neither_changed_nor_removed(string sql)
    {
        var database = await postgres.CreateObserverDatabaseAsync(Cancelled);
        using var app = new ObserverApp(database);
        await app.AcceptAsync("""{"event_id":"evt_1","source":"bot","endpoint":"e","ok":true}""");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => ObserverApp.SqlAsync(database, sql));

        Assert.Contains("append only", refused.MessageText, StringComparison.Ordinal);
        Assert.Equal("bot", await ObserverApp.SqlAsync(database, "select source from observer.events"));
    }

    [Fact]
    public void Database_that_is_not_configured_stops_the_start_with_its_name()
    {
        var refused = Assert.ThrowsAny<Exception>(() => new ObserverApp(""));

        Assert.Contains("ConnectionStrings:lakehouse is missing", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_is_good_when_postgres_answers()
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));

        using var reply = await app.Client.GetAsync("/health", Cancelled);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Contains("\"postgres\":{\"status\":\"healthy\"", await reply.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }
}
