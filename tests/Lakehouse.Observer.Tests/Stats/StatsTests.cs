using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.Observer.Tests.Stats;

public sealed class StatsTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stats_of_nothing_are_zero_and_complete()
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));

        var stats = await app.GetAsync("/stats?source=bot");

        Assert.Equal(
            """{"source":"bot","total":0,"successes":0,"failures":0,"dry_runs":0,"by_source":{},"outcomes":{},"pr_landing":{"cycles":0,"landed":0,"rate":null,"similarity_threshold":0.4,"similar_gaps_counted":true,"note":null,"gaps":[]},"ring_size":0,"ring_capacity":2000,"corrupt_rows":0,"recent":[]}""",
            stats.ToJsonString());
    }

    [Fact]
    public async Task Stats_of_a_source_are_about_that_source_only()
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));
        await app.AcceptAsync("""{"source":"bot","endpoint":"bot.cycle","ok":true,"outcome":"ok"}""");
        await app.AcceptAsync("""{"source":"bot","endpoint":"bot.cycle","ok":false,"outcome":"tests_failed"}""");
        await app.AcceptAsync("""{"source":"bot","endpoint":"bot.cycle","ok":false,"outcome":"tests_failed"}""");
        await app.AcceptAsync("""{"source":"Bot","endpoint":"other","ok":true,"outcome":"ok"}""");

        var bot = await app.GetAsync("/stats?source=bot");
        var all = await app.GetAsync("/stats");

        Assert.Equal((3L, 1L, 2L), (bot["total"]!.GetValue<long>(), bot["successes"]!.GetValue<long>(), bot["failures"]!.GetValue<long>()));
        Assert.Equal("""{"ok":1,"tests_failed":2}""", bot["outcomes"]!.ToJsonString());
        Assert.Equal("""{"bot":3}""", bot["by_source"]!.ToJsonString());
        Assert.Equal(3, bot["recent"]!.AsArray().Count);
        Assert.Equal("""{"Bot":1,"bot":3}""", all["by_source"]!.ToJsonString());
        Assert.Equal("""{"ok":2,"tests_failed":2}""", all["outcomes"]!.ToJsonString());
    }

    [Theory]
    [InlineData("\"dry_run\":true")]
    [InlineData("\"data\":{\"dry_run\":true}")]
    public async Task Dry_run_is_kept_and_stays_out_of_the_statistics(string dryRun)
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));
        await app.AcceptAsync($$"""{"source":"bot","endpoint":"bot.cycle","ok":true,"outcome":"ok","gap_id":"a1","pr_url":"http://localhost/1",{{dryRun}}}""");

        var stats = await app.GetAsync("/stats?source=bot");

        Assert.Equal((0L, 1L), (stats["total"]!.GetValue<long>(), stats["dry_runs"]!.GetValue<long>()));
        Assert.Equal("{}", stats["outcomes"]!.ToJsonString());
        Assert.Equal(0, stats["pr_landing"]!["cycles"]!.GetValue<long>());
        Assert.Single((await app.GetAsync("/events"))["events"]!.AsArray());
    }

    [Fact]
    public async Task Events_come_newest_first_in_pages_that_neither_repeat_nor_miss()
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));
        for (var n = 1; n <= 7; n++)
        {
            await app.AcceptAsync($$"""{"source":"{{(n == 4 ? "else" : "bot")}}","endpoint":"e{{n}}","ok":true}""");
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await app.GetAsync($"/events?source=bot&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page["events"]!.AsArray().Select(one => one!["endpoint"]!.GetValue<string>()));
            cursor = page["next_cursor"]?.GetValue<string>();
            await app.AcceptAsync("""{"source":"bot","endpoint":"arrived while paging","ok":true}""");
        }
        while (cursor is not null);

        Assert.Equal(["e7", "e6", "e5", "e3", "e2", "e1"], seen);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("limit=", "limit")]
    [InlineData("limit=99999999999999999999", "limit")]
    [InlineData("cursor=abc", "cursor")]
    [InlineData("cursor=0", "cursor")]
    [InlineData("cursor=1;drop", "cursor")]
    [InlineData("sauce=bot", "sauce")]
    public async Task Events_with_a_bad_value_are_400_that_names_it(string query, string name)
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));

        using var reply = await app.Client.GetAsync($"/events?{query}", Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        var errors = JsonNode.Parse(await reply.Content.ReadAsStringAsync(Cancelled))!["errors"]!.AsObject();
        Assert.Equal(name, Assert.Single(errors).Key);
    }
}
