using System.Text.Json.Nodes;
using Lakehouse.Gateway.Knowledge.Playbooks;
using Lakehouse.Gateway.Tests.Security;
using Lakehouse.Gateway.Tests.Tools;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;
using static Lakehouse.Gateway.Tests.Knowledge.Playbooks.PlaybookCalls;

namespace Lakehouse.Gateway.Tests.Knowledge.Playbooks;

/// <summary>The boost, worked out by hand, through HTTP: similarity × 0.5 × e^(−age_days/30) × 0.5^failures ÷ endorsed workers, at most 0.25.</summary>
public sealed class BoostTests(PlaybookHouse house) : IClassFixture<PlaybookHouse>
{
    [Fact]
    public async Task Fresh_playbook_shares_half_a_point_among_its_workers()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1", "W-2", "W-3", "W-4"));

        var boosts = await house.Lab.BoostsAsync(Welders(town, at: await SeededAsync(id)));

        // 1 × 0.5 × e^0 × 0.5^0 ÷ 4
        Assert.Equal(new() { ["W-1"] = 0.125, ["W-2"] = 0.125, ["W-3"] = 0.125, ["W-4"] = 0.125 }, boosts.ByWorker());
        Assert.Equal((4, 1, 1, 1), boosts.Counters());
        var part = boosts["workers"]![0]!["parts"]![0]!;
        Assert.Equal((id, 1.0, 0.0, 0, 4, 0.125), (
            part["playbook_id"]!.ToString(), part["similarity"]!.GetValue<double>(), Math.Round(part["age_days"]!.GetValue<double>(), 6), part["failures"]!.GetValue<int>(), part["endorsed"]!.GetValue<int>(), Math.Round(part["part"]!.GetValue<double>(), 6)));
    }

    [Theory]
    [InlineData(0, 0.125)]
    [InlineData(15, 0.075816)] // 0.125 × e^-0.5
    [InlineData(30, 0.045985)] // 0.125 × e^-1
    [InlineData(60, 0.016917)] // 0.125 × e^-2
    public async Task Boost_fades_with_age(int days, double boost)
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1", "W-2", "W-3", "W-4"));

        var boosts = await house.Bot.BoostsAsync(Welders(town, at: await SeededAsync(id, days)));

        Assert.Equal(boost, boosts.ByWorker()["W-1"]);
    }

    [Fact]
    public async Task Each_failure_halves_and_one_workers_failure_is_not_the_others()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1", "W-2", "W-3", "W-4"));
        await house.Bot.PostPlaybooksAsync($"/{id}/failures", Json("""{"source_id":"shift-1","reason":"did not come","name":"w-2"}"""));
        await house.Bot.PostPlaybooksAsync($"/{id}/failures", Json("""{"source_id":"shift-2","reason":"did not come","name":"W-2"}"""));
        await house.Bot.PostPlaybooksAsync($"/{id}/failures", Json("""{"source_id":"contract-1","reason":"the client refused all"}"""));
        // delivered again it counts once
        await house.Bot.PostPlaybooksAsync($"/{id}/failures", Json("""{"source_id":"contract-1","reason":"the client refused all"}"""));

        // a month later, so that the marks are in the past as well: 0.125 × e^-1 × 0.5^1, and × 0.5^3
        var boosts = await house.Bot.BoostsAsync(Welders(town, at: await SeededAsync(id, 30)));

        Assert.Equal(new() { ["W-1"] = 0.022992, ["W-3"] = 0.022992, ["W-4"] = 0.022992, ["W-2"] = 0.005748 }, boosts.ByWorker());
    }

    [Fact]
    public async Task Playbooks_add_up_to_the_cap_and_no_further()
    {
        var town = house.Town();
        var alone = await house.Bot.SeedAsync(Seed(Fill(town), "W-1"));
        await house.Bot.SeedAsync(Seed(Fill(town, count: 3), "W-2", "W-3", "W-4", "W-5", "W-6"));
        var last = await house.Bot.SeedAsync(Seed(Fill(town, count: 4), "W-2", "W-7", "W-8", "W-9", "W-10"));

        var boosts = await house.Bot.BoostsAsync(Welders(town, at: await SeededAsync(last)));

        var byWorker = boosts.ByWorker();
        // 0.5 ÷ 1 is above the cap; 0.1 + 0.1 and 0.1 are below; the seeds are milliseconds apart
        Assert.Equal((0.25, 0.2, 0.1), (byWorker["W-1"], Math.Round(byWorker["W-2"], 4), Math.Round(byWorker["W-3"], 4)));
        Assert.Equal((10, 3, 3, 3), boosts.Counters());
        var first = boosts["workers"]![0]!;
        Assert.Equal(("W-1", true, alone), (first["worker"]!.ToString(), first["capped"]!.GetValue<bool>(), first["parts"]![0]!["playbook_id"]!.ToString()));
    }

    [Fact]
    public async Task Similarity_is_the_share_of_words_that_both_have()
    {
        var town = house.Town();
        // without the small words: fill, welder, x2, the town's two, oh, night, shift, stainless, pipe
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1", "W-2").With("approach", "Night shift: stainless pipes"));

        var half = await house.Bot.BoostsAsync(Welders(town, "pipes for the night, urgent ferry", await SeededAsync(id)));
        var none = await house.Bot.BoostsAsync(Welders(town, "pastry chef", await SeededAsync(id)));

        // pipe and night, of pipe, night, urgent, ferry: 0.5 × 0.5 ÷ 2
        Assert.Equal(0.125, half.ByWorker()["W-1"]);
        Assert.Empty(none.ByWorker());
        Assert.Equal((0, 1, 1, 1), none.Counters());
    }

    [Fact]
    public async Task Filtering_before_ranking_finds_what_ranking_first_loses()
    {
        var (town, elsewhere) = (house.Town(), house.Town());
        for (var number = 1; number <= 11; number++)
        {
            await house.Bot.SeedAsync(Seed(Fill(town, count: number), $"W-{number}").With("approach", "called the bench"));
        }

        // forty fills elsewhere that say it more like the question
        for (var number = 1; number <= 40; number++)
        {
            await house.Bot.SeedAsync(Seed(Fill(elsewhere, count: number), $"X-{number}").With("approach", "emergency cover of a stainless night shift"));
        }

        const string Query = "emergency cover for a stainless night shift";
        var filtered = await house.Bot.BoostsAsync(Welders(town, $"{Query} of welders", at: null).With("limit", 25));
        // ranked first: the best 25 of all places, of which those of the town are then looked for
        var ranked = await house.Bot.BoostsAsync(new JsonObject { ["role"] = "Welder", ["query"] = $"{Query} of welders", ["limit"] = 25 });

        Assert.Equal((11, 11, 11, 11), filtered.Counters());
        Assert.Equal(Enumerable.Range(1, 11).Select(number => $"W-{number}").Order(StringComparer.Ordinal), filtered.ByWorker().Keys.Order(StringComparer.Ordinal));
        Assert.Equal(25, ranked.ByWorker().Count);
        Assert.DoesNotContain(ranked.ByWorker().Keys, worker => worker.StartsWith("W-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_number_of_newer_playbooks_of_another_role_hides_those_of_this_one()
    {
        var town = house.Town();
        await house.Bot.SeedAsync(Seed(Fill(town), "W-1"));
        await house.Bot.SeedAsync(Seed("message: remind of the shift", "W-5").With("city", town).With("state", "OH"));
        // what they say is of no account here, that they are newer is
        await house.ExecuteAsync($"""
            insert into gateway.playbooks (playbook_id, root_id, version, operation, kind, role, city, state, day, task_class, endorsed_names, documents, created_by, seeded_at, created_at, updated_at)
            select id, id, 1, 'fill: Baker x' || number || ' in {town}, OH', 'fill', 'Baker', city, state, day, task_class, array['X-' || number], '[]', 'bot', seeded_at + interval '1 microsecond', created_at, updated_at
            from gateway.playbooks, lateral (select number, 'pbk_' || md5('{town}' || number) as id from generate_series(1, 1100) number) more where city = '{town}' and role = 'Welder'
            """);

        var boosts = await house.Bot.BoostsAsync(Welders(town));
        var ofAll = await house.Bot.BoostsAsync(Welders(town).With("role", null).With("limit", 1));
        var found = await house.Bot.ResultAsync("playbook_search", $$"""{"city":"{{town}}","state":"OH","role":"welder"}""");

        Assert.Equal(["W-1"], boosts.ByWorker().Keys);
        Assert.Equal((1, 1102, 1101, 1), boosts.Counters());
        Assert.Equal((1, 1102, 1101, 1000), ofAll.Counters());
        Assert.Equal(Fill(town), Assert.Single(found["playbooks"]!.AsArray())!["operation"]!.ToString());
    }

    [Fact]
    public async Task City_state_and_role_hold_strictly_and_the_counters_tell_where_it_ends()
    {
        var (town, other) = (house.Town(), house.Town());
        await house.Bot.SeedAsync(Seed(Fill(town), "W-1"));
        await house.Bot.SeedAsync(Seed(Fill(town, "Baker"), "W-2"));
        await house.Bot.SeedAsync(Seed($"fill: Welder x2 in {town}, IN", "W-3"));
        await house.Bot.SeedAsync(Seed(Fill(other), "W-4"));
        await house.Bot.SeedAsync(Seed("message: remind of the shift", "W-5").With("city", town).With("state", "OH"));

        var boosts = await house.Bot.BoostsAsync(Welders(town.ToUpperInvariant()).With("role", "welder"));
        var nowhere = await house.Bot.BoostsAsync(Welders("Nowhere"));

        Assert.Equal(["W-1"], boosts.ByWorker().Keys);
        // of the three of the place two name a role, and one names this one
        Assert.Equal((1, 3, 2, 1), boosts.Counters());
        Assert.Equal((0, 0, 0, 0), nowhere.Counters());
    }

    [Fact]
    public async Task A_past_moment_sees_what_was_live_then()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1"));
        var (before, at) = (await SeededAsync(id, -1), await SeededAsync(id));
        await house.Bot.PostPlaybooksAsync($"/{id}/retire", Json("""{"reason":"over"}"""));

        Assert.Empty((await house.Bot.BoostsAsync(Welders(town))).ByWorker());
        Assert.Empty((await house.Bot.BoostsAsync(Welders(town, at: before))).ByWorker());
        Assert.Equal(["W-1"], (await house.Bot.BoostsAsync(Welders(town, at: at))).ByWorker().Keys);
    }

    [Fact]
    public async Task A_moment_before_the_drift_was_seen_is_not_flagged()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1").With("documents", Json("""[{"tool":"psql","version_seen":"17"}]""")));
        await house.Bot.PostPlaybooksAsync($"/{id}/drift", Json("""{"documents":[{"tool":"psql","version":"18"}]}"""));
        await house.ExecuteAsync($"update gateway.playbooks set flagged_at = seeded_at + interval '2 days' where playbook_id = '{id}'");

        Assert.Equal(["W-1"], (await house.Bot.BoostsAsync(Welders(town, at: await SeededAsync(id, 1)))).ByWorker().Keys);
        Assert.Empty((await house.Bot.BoostsAsync(Welders(town, at: await SeededAsync(id, 3)))).ByWorker());
    }

    [Fact]
    public async Task Counters_are_on_the_span_and_in_the_log_whatever_was_found()
    {
        var logs = new CapturedLogs();
        var spans = new CapturedSpans();
        await using var watched = house.Gateway.WithWebHostBuilder(host => host.UseSetting("Logging:LogLevel:Lakehouse", "Debug").ConfigureServices(services => services
            .AddSingleton<ILoggerProvider>(logs).ConfigureOpenTelemetryTracerProvider(traces => traces.AddProcessor(spans))));
        using var client = watched.As(GatewayApp.BotKey);
        var town = house.Town();
        await client.SeedAsync(Seed(Fill(town), "W-1", "W-2"));

        await client.BoostsAsync(Welders(town));
        await client.BoostsAsync(Welders("Nowhere"));

        foreach (var counted in new[] { (2, 1, 1, 1), (0, 0, 0, 0) })
        {
            var (boosts, sources, parsed, matched) = counted;
            Assert.Contains(logs.Lines, line => line.Contains($"Playbook boosts: boosts={boosts} sources={sources} parsed={parsed} matched={matched}", StringComparison.Ordinal));
            Assert.Contains(spans.Texts, span => span.Contains($"lakehouse.playbook.boosts={boosts}, lakehouse.playbook.sources={sources}, lakehouse.playbook.parsed={parsed}, lakehouse.playbook.matched={matched}", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Search_of_workers_asks_by_id_and_name()
    {
        var town = house.Town();
        await house.Bot.SeedAsync(Seed(Fill(town), "W-1", "Ann Lee"));
        var service = house.Gateway.Services.GetRequiredService<PlaybookBoosts>();

        var boosts = await service.FindAsync(new("Welder", town, "OH"), TestContext.Current.CancellationToken);

        Assert.Equal([0.25, 0.25, 0], [Math.Round(boosts.Of("w-1", "Bo Ash"), 4), Math.Round(boosts.Of("W-2", "Ann Lee"), 4), boosts.Of("W-3", "Bo Ash")]);
    }

    // times are told in whole milliseconds: the next one is never before the seed
    private async Task<string> SeededAsync(string id, int days = 0) =>
        DateTimeOffset.Parse((await house.Bot.GetJsonAsync($"/v1/playbooks/{id}"))["seeded_at"]!.ToString(), System.Globalization.CultureInfo.InvariantCulture).AddDays(days).AddMilliseconds(1).ToString("O");
}
