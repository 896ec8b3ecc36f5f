using Lakehouse.Gateway.Tests.Tools;
using static Lakehouse.Gateway.Tests.Knowledge.Playbooks.PlaybookCalls;

namespace Lakehouse.Gateway.Tests.Knowledge.Playbooks;

/// <summary>A seed into a playbook that another consumer made can neither end it, nor hide it, nor say something else in it.</summary>
public sealed class PlaybookGuardTests(PlaybookHouse house) : IClassFixture<PlaybookHouse>
{
    [Fact]
    public async Task Seed_of_another_adds_names_and_documents_and_is_told_what_stayed()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1").With("approach", "asked the night shift").With("schema_fingerprint", "aaa"));
        var before = await house.Bot.GetJsonAsync($"/v1/playbooks/{id}");

        var told = await house.Lab.PostPlaybooksAsync("", Seed(Fill(town), "W-2").With("approach", "asked nobody").With("task_class", "hidden.away").With("schema_fingerprint", "bbb")
            .With("valid_until", "2999-01-01T00:00:00Z").With("documents", Json("""[{"tool":"psql"}]""")));

        Assert.Equal(("UPDATE", id), (told["decision"]!.ToString(), Id(told)));
        Assert.Equal(["endorsed_names", "documents"], told["changed"].Texts());
        Assert.Equal(["approach", "task_class", "schema_fingerprint", "valid_until"], told["kept"].Texts());
        Assert.EndsWith("'bot' made it, and only that consumer or the scope `admin` changes what stayed: approach, task_class, schema_fingerprint, valid_until", told["reason"]!.ToString(), StringComparison.Ordinal);
        var after = await house.Bot.GetJsonAsync($"/v1/playbooks/{id}");
        Assert.All(["approach", "task_class", "schema_fingerprint", "valid_until", "status"], field => Assert.Equal((field, before[field]?.ToString()), (field, after[field]?.ToString())));
        Assert.Equal(("W-1,W-2", "psql"), (string.Join(',', after["endorsed_names"].Texts()), Assert.Single(after["documents"]!.AsArray())!["tool"]!.ToString()));
    }

    [Fact]
    public async Task Seed_of_another_that_adds_nothing_changes_nothing()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1"));

        // where nothing was said yet, it is not another's to say either
        var told = await house.Lab.PostPlaybooksAsync("", Seed(Fill(town), "w-1").With("approach", "asked nobody").With("valid_until", "2999-01-01T00:00:00Z"));

        Assert.Equal(("NOOP", id), (told["decision"]!.ToString(), Id(told)));
        Assert.Equal(["approach", "valid_until"], told["kept"].Texts());
        Assert.Equal((null, null), (told["playbook"]!["approach"], told["playbook"]!["valid_until"]));
        Assert.Equal(["ADD"], (await house.Bot.GetJsonAsync($"/v1/playbooks/{id}/history"))["versions"]![0]!["events"]!.AsArray().Select(one => one!["decision"]!.ToString()));
    }

    [Fact]
    public async Task Maker_and_operator_change_what_it_says_by_seeding()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1").With("approach", "first").With("task_class", "mine"));

        var mine = await house.Bot.PostPlaybooksAsync("", Seed(Fill(town)).With("approach", "second"));
        var chiefs = await house.Chief.PostPlaybooksAsync("", Seed(Fill(town)).With("approach", "third").With("task_class", "other").With("valid_until", "2999-01-01T00:00:00Z"));

        Assert.Equal(["approach"], mine["changed"].Texts());
        // a fill's own class is for one that names none, and not said anew by every seed
        Assert.Equal(("mine", "second"), (mine["playbook"]!["task_class"]!.ToString(), mine["playbook"]!["approach"]!.ToString()));
        Assert.Equal((id, "approach,task_class,valid_until"), (Id(chiefs), string.Join(',', chiefs["changed"].Texts())));
        Assert.All([mine, chiefs], told => Assert.Empty(told["kept"].Texts()));
    }

    [Fact]
    public async Task Models_tool_of_another_changes_no_more()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1").With("approach", "asked the night shift"));

        var told = await house.Lab.ResultAsync("playbook_seed", $$"""{"operation":"{{Fill(town)}}","approach":"asked nobody","task_class":"hidden.away","endorsed_names":["W-2"]}""");

        Assert.Equal(("UPDATE", id), (told["decision"]!.ToString(), told["playbook_id"]!.ToString()));
        Assert.EndsWith("changes what stayed: approach, task_class", told["reason"]!.ToString(), StringComparison.Ordinal);
        var after = await house.Bot.GetJsonAsync($"/v1/playbooks/{id}");
        Assert.Equal(("asked the night shift", "staffing.fill", "W-1,W-2"), (after["approach"]!.ToString(), after["task_class"]!.ToString(), string.Join(',', after["endorsed_names"].Texts())));
        Assert.Equal(["W-1", "W-2"], (await house.Bot.BoostsAsync(Welders(town))).ByWorker().Keys.Order(StringComparer.Ordinal));
    }
}
