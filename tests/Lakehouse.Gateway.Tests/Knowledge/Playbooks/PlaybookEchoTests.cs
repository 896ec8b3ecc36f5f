using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Knowledge.Memory;
using Lakehouse.Gateway.Tests.Tools;
using static Lakehouse.Gateway.Tests.Knowledge.Playbooks.PlaybookCalls;

namespace Lakehouse.Gateway.Tests.Knowledge.Playbooks;

/// <summary>What was told of playbooks comes back as news neither to the memory nor as another playbook.</summary>
public sealed class PlaybookEchoTests(PlaybookHouse house) : IClassFixture<PlaybookHouse>
{
    [Fact]
    public async Task Two_hundred_rounds_of_retrieve_restate_and_store_leave_both_stores_as_they_are()
    {
        var town = house.Town();
        await SeedYesterdayAsync(Seed(Fill(town), "W-1", "W-2").With("approach", Approach(town)));
        await SeedYesterdayAsync(Seed(Fill(town, "Baker"), "W-3").With("approach", "Ließ die Bäckerei selbst wählen."));
        var before = await SizesAsync(town);

        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var isPrompt = random.Next(2) == 0;
            var told = isPrompt ? (await ContextAsync(house.Bot, town)).Select(item => item["text"]!.ToString()).ToList() : await SearchAsync(house.Bot, town);
            Assert.Equal(2, told.Count);
            var text = random.Next(4) switch
            {
                0 => told[random.Next(2)].ToUpperInvariant(), 1 => string.Join("\n", told.Select(one => $"- {one}")), 2 => string.Join(" ", told.Select(one => $"{one.TrimEnd('.')}.")), _ => random.Next(2) == 0 ? Approach(town) : Fill(town),
            };
            var asMemory = await house.Bot.ResultAsync("memory_propose", new JsonObject { ["text"] = text, ["kind"] = random.Next(2) == 0 ? "semantic" : "episodic", ["key"] = $"note-{round}" }.ToJsonString());
            var asPlaybook = await house.Bot.ResultAsync("playbook_seed", new JsonObject
            {
                ["operation"] = Fill(town.ToUpperInvariant()), ["approach"] = random.Next(2) == 0 ? Approach(town).ToUpperInvariant() : $"  {Approach(town)}! ", ["endorsed_names"] = new JsonArray("w-2"),
            }.ToJsonString());

            Assert.StartsWith("NOOP: it says again what was read here: pbk_", $"{asMemory["decision"]}: {asMemory["reason"]}", StringComparison.Ordinal);
            Assert.StartsWith("NOOP: it says again what was read here: pbk_", $"{asPlaybook["decision"]}: {asPlaybook["reason"]}", StringComparison.Ordinal);
        }

        Assert.Equal(before, await SizesAsync(town));
    }

    [Fact]
    public async Task Restated_playbook_is_named_even_where_it_was_replaced_and_retired()
    {
        var town = house.Town();
        var id = await SeedYesterdayAsync(Seed(Fill(town), "W-1").With("approach", Approach(town)));
        await SearchAsync(house.Lab, town);
        var next = Id(await house.Bot.PostPlaybooksAsync($"/{id}/revise", Json("""{"reason":"x","approach":"Asked nobody."}""")));
        await house.Bot.PostPlaybooksAsync($"/{next}/retire", Json("""{"reason":"over"}"""));

        var again = await house.Lab.ResultAsync("playbook_seed", Restated(town));
        var asMemory = await house.Lab.ProposeAsync(Approach(town), "how");

        Assert.Equal(("NOOP", id), (again["decision"]!.ToString(), again["playbook_id"]!.ToString()));
        Assert.Equal(("NOOP", null), (asMemory.Decision(), asMemory["memory"]));
        Assert.Contains(id, asMemory["reason"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_not_told_or_has_something_new_is_taken()
    {
        var (town, other) = (house.Town(), house.Town());
        var id = await SeedYesterdayAsync(Seed(Fill(town), "W-1").With("approach", Approach(town)));
        await SearchAsync(house.Bot, town);

        // whoever has not read it may know it for himself
        Assert.Equal("ADD", (await house.Lab.ProposeAsync(Approach(town), "own")).Decision());
        Assert.Equal("ADD", (await house.Lab.ResultAsync("playbook_seed", Restated(town)))["decision"]!.ToString());
        await house.ExecuteAsync($"update gateway.playbooks set day = day - 2 where city = '{town}' and playbook_id <> '{id}'");
        // another task, another worker, another sentence; and a caller that is no model says what it says
        Assert.Equal("ADD", (await house.Bot.ResultAsync("playbook_seed", Restated(other)))["decision"]!.ToString());
        Assert.Equal("NOOP", (await house.Bot.ResultAsync("playbook_seed", Restated(town)))["decision"]!.ToString());
        Assert.Equal("ADD", (await house.Bot.ResultAsync("playbook_seed", Restated(town, name: "W-9")))["decision"]!.ToString());
        Assert.Equal("UPDATE", (await house.Bot.ResultAsync("playbook_seed", Restated(town, more: ". They came by bus.")))["decision"]!.ToString());
        Assert.Equal("ADD", (await house.Bot.ProposeAsync($"{Approach(town)}. They came by bus.", "bus")).Decision());
        await house.ExecuteAsync($"update gateway.playbooks set day = day - 3 where city = '{town}' and playbook_id <> '{id}'");
        Assert.Equal("ADD", (await house.Bot.PostPlaybooksAsync("", JsonNode.Parse(Restated(town))!))["decision"]!.ToString());
    }

    [Fact]
    public async Task Reading_by_id_list_and_history_is_reading()
    {
        var town = house.Town();
        foreach (var (role, path) in new[] { ("Welder", "/{0}"), ("Baker", "?city={1}&role=Baker"), ("Cook", "/{0}/history") })
        {
            var approach = $"Asked the {role} of {town}";
            var id = await house.Bot.SeedAsync(Seed(Fill(town, role)).With("approach", approach));
            await house.Chief.GetJsonAsync($"/v1/playbooks{string.Format(System.Globalization.CultureInfo.InvariantCulture, path, id, town)}");

            var told = await house.Chief.ProposeAsync(approach, $"{role.ToLowerInvariant()}-asked");

            Assert.Equal((path, "NOOP"), (path, told.Decision()));
            Assert.Contains(id, told["reason"]!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Rule_that_a_prompt_is_given_is_no_memory()
    {
        using var response = await house.Bot.PostAsync("/v1/context", new StringContent("""{"task_class":"staffing.fill"}"""), TestContext.Current.CancellationToken);
        var rules = (await response.JsonAsync())["items"]!.AsArray().Where(item => item!["kind"]!.ToString() == "truth_rule").Select(item => (Id: item!["id"]!.ToString(), Text: item["text"]!.ToString())).ToList();

        Assert.NotEmpty(rules);
        foreach (var (id, text) in rules)
        {
            foreach (var said in new[] { text, text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..].ToUpperInvariant() })
            {
                var told = await house.Bot.ProposeAsync(said, "a-rule");
                Assert.Equal(("NOOP", null), (told.Decision(), told["memory"]));
                Assert.Contains(id, told["reason"]!.ToString(), StringComparison.Ordinal);
            }
        }
    }

    private static string Approach(string town) => $"Asked the night shift of {town} first. The foreman knows who is free";

    private static string Restated(string town, string name = "W-1", string more = "") =>
        new JsonObject { ["operation"] = Fill(town), ["approach"] = Approach(town) + more, ["endorsed_names"] = new JsonArray(name) }.ToJsonString();

    private static async Task<List<string>> SearchAsync(HttpClient client, string town) =>
        [.. (await client.ResultAsync("playbook_search", $$"""{"city":"{{town}}","state":"OH"}"""))["playbooks"]!.AsArray().Select(hit => hit!["approach"]!.ToString())];

    private static async Task<List<JsonNode>> ContextAsync(HttpClient client, string town)
    {
        using var response = await client.PostAsync("/v1/context", new StringContent(new JsonObject { ["query"] = $"fill {town}", ["city"] = town, ["state"] = "OH" }.ToJsonString()), TestContext.Current.CancellationToken);
        return [.. (await response.JsonAsync())["items"]!.AsArray().Where(item => item!["kind"]!.ToString() == "playbook").Select(item => item!)];
    }

    // so that a seed of today has another key
    private async Task<string> SeedYesterdayAsync(JsonObject seed)
    {
        var id = await house.Bot.SeedAsync(seed);
        await house.ExecuteAsync($"update gateway.playbooks set day = day - 1 where playbook_id = '{id}'");
        return id;
    }

    private async Task<(int Playbooks, int Memories)> SizesAsync(string town) =>
        ((await house.Chief.IdsAsync($"?city={town}&status=all")).Length, (await house.Bot.GetJsonAsync("/v1/memory?state=all&limit=500"))["data"]!.AsArray().Count);
}
