using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.Observer.Tests.Stats;

public sealed class PrLandingTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Same_gap_and_similar_gaps_are_counted_apart()
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));
        await CycleAsync(app, "c1", "a1", "Round paid hours to the nearest quarter hour", landed: false);
        await CycleAsync(app, "c2", "a1", "Round paid hours to the nearest quarter hour", landed: true);
        await CycleAsync(app, "c3", "b2", "Round the paid hours to the nearest quarter of an hour", landed: true);
        await CycleAsync(app, "c4", "c3", "Export a week as CSV", landed: false);

        var landing = (await app.GetAsync("/stats?source=bot"))["pr_landing"]!;

        Assert.Equal((4L, 2L, 0.5), (landing["cycles"]!.GetValue<long>(), landing["landed"]!.GetValue<long>(), landing["rate"]!.GetValue<double>()));
        Assert.Equal(
            [
                "c3 same 0/1 similar 0/0 rate 0",
                "b2 same 1/1 similar 1/2 rate 0.667",
                "a1 same 1/2 similar 1/1 rate 0.667",
            ],
            landing["gaps"]!.AsArray().Select(Text));
    }

    [Fact]
    public async Task Same_id_with_a_reworded_line_is_the_same_gap()
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));
        await CycleAsync(app, "c1", "a1", "Completely different words here", landed: true);
        await CycleAsync(app, "c2", "a1", "Export a week as CSV", landed: false);

        var gap = (await app.GetAsync("/stats?source=bot"))["pr_landing"]!["gaps"]!.AsArray().Single();

        Assert.Equal("a1 same 1/2 similar 0/0 rate 0.5", Text(gap));
        Assert.Equal("Export a week as CSV", gap!["gap_text"]!.GetValue<string>());
    }

    [Fact]
    public async Task Cycle_told_in_two_events_counts_once()
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));
        await app.AcceptAsync("""{"source":"bot","endpoint":"bot.tests","ok":true,"cycle_id":"c1","gap_id":"a1"}""");
        await CycleAsync(app, "c1", "a1", "Export a week as CSV", landed: true);

        var landing = (await app.GetAsync("/stats?source=bot"))["pr_landing"]!;

        Assert.Equal("a1 same 1/1 similar 0/0 rate 1", Text(landing["gaps"]!.AsArray().Single()));
    }

    [Fact]
    public async Task Success_without_a_pull_request_has_not_landed()
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));
        await app.AcceptAsync("""{"source":"bot","endpoint":"bot.cycle","ok":true,"outcome":"cycle_noop","cycle_id":"c1","gap_id":"a1","pr_url":""}""");
        await app.AcceptAsync("""{"source":"bot","endpoint":"bot.cycle","ok":false,"outcome":"pr_failed","cycle_id":"c2","gap_id":"a1","pr_url":"http://localhost/1"}""");
        await app.AcceptAsync("""{"source":"bot","endpoint":"bot.cycle","ok":false,"outcome":"skipped_no_gap","cycle_id":"c3"}""");

        var landing = (await app.GetAsync("/stats?source=bot"))["pr_landing"]!;

        Assert.Equal((2L, 0L), (landing["cycles"]!.GetValue<long>(), landing["landed"]!.GetValue<long>()));
    }

    [Fact]
    public async Task Other_sources_stay_out()
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));
        await app.AcceptAsync("""{"source":"else","endpoint":"e","ok":true,"gap_id":"a1","pr_url":"http://localhost/1"}""");

        Assert.Equal(0, (await app.GetAsync("/stats?source=bot"))["pr_landing"]!["cycles"]!.GetValue<long>());
        Assert.Equal(1, (await app.GetAsync("/stats"))["pr_landing"]!["cycles"]!.GetValue<long>());
    }

    [Fact]
    public async Task Database_without_trigrams_says_so_and_counts_equal_gaps()
    {
        var database = await postgres.CreateObserverDatabaseAsync(Cancelled);
        using var app = new ObserverApp(database);
        await CycleAsync(app, "c1", "a1", "Export a week as CSV", landed: true);
        await CycleAsync(app, "c2", "b2", "Export a week as CSV!", landed: false);
        await ObserverApp.SqlAsync(database, "drop extension pg_trgm");

        var landing = (await app.GetAsync("/stats?source=bot"))["pr_landing"]!;

        Assert.False(landing["similar_gaps_counted"]!.GetValue<bool>());
        Assert.Contains("pg_trgm is not installed", landing["note"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(["b2 same 0/1 similar 0/0 rate 0", "a1 same 1/1 similar 0/0 rate 1"], landing["gaps"]!.AsArray().Select(Text));
    }

    private static async Task CycleAsync(ObserverApp app, string cycle, string gap, string text, bool landed) =>
        await app.AcceptAsync(new JsonObject
        {
            ["source"] = "bot",
            ["endpoint"] = "bot.cycle",
            ["ok"] = landed,
            ["outcome"] = landed ? "ok" : "tests_failed",
            ["cycle_id"] = cycle,
            ["gap_id"] = gap,
            ["gap_text"] = text,
            ["pr_url"] = landed ? "http://localhost:3300/pulls/1" : null,
        }.ToJsonString());

    private static string Text(JsonNode? gap)
    {
        static string Count(JsonNode? count) => $"{count!["landed"]}/{count["cycles"]}";
        return $"{gap!["gap_id"]} same {Count(gap["same_gap"])} similar {Count(gap["similar_gaps"])} rate {gap["rate"]}";
    }
}
