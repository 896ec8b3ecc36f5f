using System.Text.Json.Nodes;
using static Lakehouse.Gateway.Tests.Knowledge.Playbooks.PlaybookCalls;

namespace Lakehouse.Gateway.Tests.Knowledge.Playbooks;

/// <summary>Sources can be made up: whoever neither made a playbook nor is the operator is counted once, for and against.</summary>
public sealed class PlaybookVoteTests(PlaybookHouse house) : IClassFixture<PlaybookHouse>
{
    [Fact]
    public async Task Anothers_marks_count_once_whatever_sources_they_name()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1", "W-2"));

        var marks = new List<JsonNode>();
        for (var number = 0; number < 5; number++)
        {
            marks.Add(await house.Lab.PostPlaybooksAsync($"/{id}/failures", new JsonObject { ["source_id"] = $"invented-{number}", ["reason"] = "no" }));
            marks.Add(await house.Lab.PostPlaybooksAsync("/outcomes", new JsonObject { ["source_id"] = $"made-up-{number}", ["kind"] = "tests", ["success"] = false, ["playbooks"] = new JsonArray(id) }));
            marks.Add(await house.Lab.PostPlaybooksAsync($"/{id}/failures", new JsonObject { ["source_id"] = $"invented-{number}", ["reason"] = "no", ["name"] = "W-2" }));
        }

        Assert.All(marks, told => Assert.Equal(("MARK", "live"), (told["marks"]![0]!["decision"]!.ToString(), told["marks"]![0]!["status"]!.ToString())));
        Assert.Equal([true, false, true, .. Enumerable.Repeat(false, 12)], marks.Select(told => told["marks"]![0]!["counted"]!.GetValue<bool>()));
        var after = await house.Bot.GetJsonAsync($"/v1/playbooks/{id}");
        Assert.Equal((1, "live", "w-2"), (after["harmful"]!.GetValue<int>(), after["status"]!.ToString(), string.Join(',', after["failed_names"].Texts())));
        // halved once, and once more for the one worker
        Assert.Equal([0.125, 0.0625], (await house.Bot.BoostsAsync(Welders(town))).ByWorker().OrderBy(boost => boost.Key, StringComparer.Ordinal).Select(boost => Math.Round(boost.Value, 4)));
        // nothing that was said is lost
        Assert.Equal(15, (await house.Bot.GetJsonAsync($"/v1/playbooks/{id}/history"))["versions"]![0]!["marks"]!.AsArray().Count);
    }

    [Fact]
    public async Task Anothers_praise_counts_once_as_well()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1"));
        await MarkAsync(house.Bot, id, false, "a", "b", "c");

        await MarkAsync(house.Lab, id, true, "d", "e", "f", "g");
        var pruned = await house.Bot.GetJsonAsync($"/v1/playbooks/{id}");
        await MarkAsync(house.Chief, id, true, "h", "i");

        Assert.Equal(("pruned", 1, 3), (pruned["status"]!.ToString(), pruned["helpful"]!.GetValue<int>(), pruned["harmful"]!.GetValue<int>()));
        Assert.Equal("live", (await house.Bot.GetJsonAsync($"/v1/playbooks/{id}"))["status"]!.ToString());
    }

    [Fact]
    public async Task Maker_operator_and_three_that_agree_prune()
    {
        var (makers, chiefs, shared) = (await house.Bot.SeedAsync(Seed(Fill(house.Town()), "W-1")), await house.Bot.SeedAsync(Seed(Fill(house.Town()), "W-1")), await house.Bot.SeedAsync(Seed(Fill(house.Town()), "W-1")));

        await MarkAsync(house.Bot, makers, false, "a", "b", "c");
        await MarkAsync(house.Chief, chiefs, false, "a", "b", "c");
        await MarkAsync(house.Bot, shared, false, "a");
        await MarkAsync(house.Lab, shared, false, "b");
        Assert.Equal("live", (await house.Bot.GetJsonAsync($"/v1/playbooks/{shared}"))["status"]!.ToString());
        await MarkAsync(house.Chief, shared, false, "c");

        foreach (var id in new[] { makers, chiefs, shared })
        {
            Assert.Equal("pruned", (await house.Bot.GetJsonAsync($"/v1/playbooks/{id}"))["status"]!.ToString());
        }
    }

    private static async Task MarkAsync(HttpClient client, string id, bool success, params string[] sources)
    {
        foreach (var source in sources)
        {
            await client.PostPlaybooksAsync("/outcomes", new JsonObject { ["source_id"] = source, ["kind"] = "tests", ["success"] = success, ["playbooks"] = new JsonArray(id) });
        }
    }
}
