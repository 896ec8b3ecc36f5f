using System.Net;
using System.Text.Json.Nodes;
using static Lakehouse.Gateway.Tests.Knowledge.Playbooks.PlaybookCalls;

namespace Lakehouse.Gateway.Tests.Knowledge.Playbooks;

/// <summary>Outcomes mark, drift flags; what is marked badly or flagged helps nobody until it is put right.</summary>
public sealed class GradingTests(PlaybookHouse house) : IClassFixture<PlaybookHouse>
{
    private static readonly string[] Fresh = ["W-1"];

    [Fact]
    public async Task Outcome_marks_all_that_were_used_once_for_each_source()
    {
        var town = house.Town();
        string[] ids = [await house.Bot.SeedAsync(Seed(Fill(town), "W-1")), await house.Bot.SeedAsync(Seed(Fill(town, "Baker"), "W-2"))];

        var marked = await house.Lab.PostPlaybooksAsync("/outcomes", Outcome("cycle-1", true, ids));
        var again = await house.Lab.PostPlaybooksAsync("/outcomes", Outcome("cycle-1", true, ids));
        await house.Lab.PostPlaybooksAsync("/outcomes", Outcome("cycle-2", false, ids[1]));
        using var contrary = await house.Lab.PlaybooksAsync("/outcomes", Outcome("cycle-1", false, ids));

        Assert.Equal(["MARK", "MARK"], marked["marks"]!.AsArray().Select(mark => mark!["decision"]!.ToString()));
        Assert.Equal(["NOOP", "NOOP"], again["marks"]!.AsArray().Select(mark => mark!["decision"]!.ToString()));
        Assert.Equal((HttpStatusCode.Conflict, "playbook_mark_conflict"), (contrary.StatusCode, await contrary.ErrorCodeAsync()));
        Assert.Equal([(1, 0), (1, 1)], [await MarksAsync(ids[0]), await MarksAsync(ids[1])]);
        var mark = (await house.Bot.GetJsonAsync($"/v1/playbooks/{ids[0]}/history"))["versions"]![0]!["marks"]![0]!;
        Assert.Equal(("cycle-1", "tests", true, "lab"), (mark["source_id"]!.ToString(), mark["kind"]!.ToString(), mark["success"]!.GetValue<bool>(), mark["actor"]!.ToString()));
    }

    [Fact]
    public async Task Outcome_of_a_playbook_that_is_not_there_marks_nothing()
    {
        var id = await house.Bot.SeedAsync(Seed(Fill(house.Town()), "W-1"));

        using var refused = await house.Bot.PlaybooksAsync("/outcomes", Outcome("cycle-3", true, id, $"pbk_{new string('f', 32)}"));

        Assert.Equal((HttpStatusCode.NotFound, "playbook_not_found"), (refused.StatusCode, await refused.ErrorCodeAsync()));
        Assert.Equal((0, 0), await MarksAsync(id));
    }

    [Fact]
    public async Task Three_bad_outcomes_prune_until_good_ones_outnumber_them_or_a_revision_begins_anew()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1"));
        foreach (var source in new[] { "a", "b" })
        {
            await house.Bot.PostPlaybooksAsync("/outcomes", Outcome(source, false, id));
        }

        Assert.Equal(Fresh, await BoostedAsync(town));
        var third = await house.Bot.PostPlaybooksAsync("/outcomes", Outcome("c", false, id));

        Assert.Equal("pruned", third["marks"]![0]!["status"]!.ToString());
        Assert.Empty(await BoostedAsync(town));
        Assert.Equal([id], await house.Bot.IdsAsync($"?city={town}&status=pruned"));

        foreach (var source in new[] { "d", "e", "f" })
        {
            await house.Bot.PostPlaybooksAsync("/outcomes", Outcome(source, true, id));
        }

        Assert.Equal(Fresh, await BoostedAsync(town));
        await house.Bot.PostPlaybooksAsync("/outcomes", Outcome("g", false, id));
        Assert.Empty(await BoostedAsync(town));
        var revised = await house.Bot.PostPlaybooksAsync($"/{id}/revise", Json("""{"reason":"another way","approach":"ask first"}"""));

        Assert.Equal((0, 0), await MarksAsync(Id(revised)));
        Assert.Equal((3, 4), await MarksAsync(id));
        Assert.Equal(Fresh, await BoostedAsync(town));
    }

    [Fact]
    public async Task Only_a_positive_drift_flags_and_resolving_re_admits()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1").With("documents", Json("""
            [{"tool":"docker","version_seen":"26","snippet_hash":"aa","source_url":"https://docs.example/run","seen_at":"2026-04-22T03:15:00Z"},{"tool":"psql","version_seen":"17"},{"tool":"make"}]
            """)));

        // the hash of today is not known, so the version decides; nobody cites curl
        var flagged = await house.Bot.PostPlaybooksAsync($"/{id}/drift", Json("""{"documents":[{"tool":"docker","version":"27"},{"tool":"curl","version":"9"}]}"""));

        Assert.Equal(("FLAG", "flagged"), (flagged["decision"]!.ToString(), flagged["playbook"]!["status"]!.ToString()));
        Assert.Equal(["drifted", null, null], flagged["playbook"]!["documents"]!.AsArray().Select(document => document!["checked"]?["verdict"]?.ToString()));
        Assert.Empty(await BoostedAsync(town));
        var still = await house.Bot.PostPlaybooksAsync($"/{id}/drift", Json("""{"documents":[{"tool":"docker","version":"26"}]}"""));
        Assert.Equal(("NOOP", "flagged"), (still["decision"]!.ToString(), still["playbook"]!["status"]!.ToString()));
        await house.Bot.PostPlaybooksAsync($"/{id}/drift", Json("""{"documents":[{"tool":"docker","version":"27","snippet_hash":"bb"}]}"""));

        var resolved = await house.Bot.PostPlaybooksAsync($"/{id}/resolve", Json("""{"reason":"read it: the same flags"}"""));

        Assert.Equal(("RESOLVE", "live"), (resolved["decision"]!.ToString(), resolved["playbook"]!["status"]!.ToString()));
        Assert.Equal(Fresh, await BoostedAsync(town));
        // what was looked at is what the next check compares with
        var same = await house.Bot.PostPlaybooksAsync($"/{id}/drift", Json("""{"documents":[{"tool":"docker","version":"27","snippet_hash":"bb"}]}"""));
        Assert.Equal(("NOOP", "same"), (same["decision"]!.ToString(), same["playbook"]!["documents"]![0]!["checked"]!["verdict"]!.ToString()));
        var again = await house.Bot.PostPlaybooksAsync($"/{id}/resolve", Json("""{"reason":"x"}"""));
        Assert.Equal("NOOP", again["decision"]!.ToString());
        Assert.Equal(["ADD", "FLAG", "RESOLVE"], (await house.Bot.GetJsonAsync($"/v1/playbooks/{id}/history"))["versions"]![0]!["events"]!.AsArray().Select(one => one!["decision"]!.ToString()));
    }

    [Theory]
    [InlineData("""{"tool":"psql"}""", "unknown")] // nothing is known of today
    [InlineData("""{"tool":"psql","snippet_hash":"zz"}""", "unknown")] // no hash was seen
    [InlineData("""{"tool":"make","version":"4","snippet_hash":"zz"}""", "unknown")] // nothing was seen
    [InlineData("""{"tool":"psql","version":"17"}""", "same")]
    [InlineData("""{"tool":"git","version":"3","snippet_hash":"aa"}""", "same")] // another version with the same text
    [InlineData("""{"tool":"git","source_url":"https://elsewhere.example/","snippet_hash":"zz"}""", null)] // another document
    public async Task Unknown_and_same_never_flag(string today, string? verdict)
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1").With("documents", Json("""
            [{"tool":"psql","version_seen":"17"},{"tool":"make"},{"tool":"git","version_seen":"2","snippet_hash":"aa","source_url":"https://git.example/"}]
            """)));

        var answer = await house.Bot.PostPlaybooksAsync($"/{id}/drift", Json($$"""{"documents":[{{today}}]}"""));

        Assert.Equal(("NOOP", "live"), (answer["decision"]!.ToString(), answer["playbook"]!["status"]!.ToString()));
        Assert.Equal(verdict, answer["playbook"]!["documents"]!.AsArray().Select(document => document!["checked"]?["verdict"]?.ToString()).SingleOrDefault(found => found is not null));
        Assert.Equal(Fresh, await BoostedAsync(town));
    }

    [Fact]
    public async Task Flag_outlives_a_revision_that_cites_the_same_documents()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1").With("documents", Json("""[{"tool":"psql","version_seen":"17"}]""")));
        await house.Bot.PostPlaybooksAsync($"/{id}/drift", Json("""{"documents":[{"tool":"psql","version":"18"}]}"""));

        var same = await house.Bot.PostPlaybooksAsync($"/{id}/revise", Json("""{"reason":"x","approach":"y"}"""));
        var other = await house.Bot.PostPlaybooksAsync($"/{Id(same)}/revise", Json("""{"reason":"x","documents":[{"tool":"psql","version_seen":"18"}]}"""));

        Assert.Equal(("flagged", "live"), (same["playbook"]!["status"]!.ToString(), other["playbook"]!["status"]!.ToString()));
    }

    private static JsonObject Outcome(string source, bool success, params string[] ids) => new()
    {
        ["source_id"] = source, ["kind"] = "tests", ["success"] = success, ["reason"] = "12 passed", ["playbooks"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]),
    };

    private async Task<(int Helpful, int Harmful)> MarksAsync(string id)
    {
        var playbook = await house.Bot.GetJsonAsync($"/v1/playbooks/{id}");
        return (playbook["helpful"]!.GetValue<int>(), playbook["harmful"]!.GetValue<int>());
    }

    private async Task<IEnumerable<string>> BoostedAsync(string town) => (await house.Bot.BoostsAsync(Welders(town))).ByWorker().Keys;
}
