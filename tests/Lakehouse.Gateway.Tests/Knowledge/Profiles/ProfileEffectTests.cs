using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Knowledge.Memory;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Knowledge.Profiles;

/// <summary>What each field of a profile changes, seen from outside.</summary>
public sealed class ProfileEffectTests(ProfileHouse house) : IClassFixture<ProfileHouse>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Execution_says_what_the_request_does_not()
    {
        await house.StoreAsync("execution/brief", """{"max_tokens":77,"temperature":0.25,"think":true}""");

        var (sent, profiles) = await house.ChatAsync("brief", "Be brief.");
        var (own, _) = await house.ChatAsync("brief", "Be as I say.", also: body => (body["max_tokens"], body["temperature"], body["think"]) = (33, 1, false));
        var (plain, none) = await house.ChatAsync(null, "Be plain.");

        Assert.Equal("execution=brief@1", profiles);
        Assert.Equal(("77", "0.25", "true"), (sent["options"]!["num_predict"]!.ToString(), sent["options"]!["temperature"]!.ToString(), sent["think"]!.ToString()));
        Assert.Equal(("33", "1", "false"), (own["options"]!["num_predict"]!.ToString(), own["options"]!["temperature"]!.ToString(), own["think"]!.ToString()));
        Assert.Equal(("", null), (none, plain["options"]!["temperature"]));
    }

    [Fact]
    public async Task Execution_clamps_where_the_budget_has_too_little_left()
    {
        await house.StoreAsync("execution/clamped", """{"clamp":true}""");
        using var limits = await house.Operator.PutAsync("/v1/budgets/lab", new StringContent("""{"tokens":400}"""), Cancelled);
        using var lab = house.As(GatewayApp.LabKey);
        var body = Calls.Hello();
        body["max_tokens"] = 5_000;

        using var refused = await lab.ChatAsync(body.DeepClone().AsObject());
        body["profile"] = "clamped";
        using var clamped = await lab.ChatAsync(body);

        Assert.Equal((429, 200), ((int)refused.StatusCode, (int)clamped.StatusCode));
    }

    [Fact]
    public async Task Execution_limits_the_rounds_of_tools()
    {
        await house.StoreAsync("execution/short", """{"tool_rounds":3}""");

        await house.ChatAsync("short", "Call for ever.", also: body => body["tools"] = new JsonArray("lakehouse:current_time"));

        // in the last round the model has no tools, and answers
        Assert.Equal(3, house.Model.Requests.Count(request => request.Body.Contains("Call for ever.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Retrieval_chooses_sources_number_size_and_floor()
    {
        foreach (var number in Enumerable.Range(1, 4))
        {
            await house.Bot.ProposeAsync($"The crane of yard {number} is yellow.", $"crane-{number}");
        }

        await house.StoreAsync("retrieval/two", """{"limit":2}""");
        await house.StoreAsync("retrieval/nothing", """{"sources":["playbooks"]}""");
        await house.StoreAsync("retrieval/tight", """{"max_tokens":400}""");
        await house.StoreAsync("retrieval/strict", """{"floor":1}""");

        Assert.Equal(4, await FoundAsync(null));
        Assert.Equal(2, await FoundAsync("two"));
        Assert.Equal(0, await FoundAsync("nothing"));
        Assert.Equal(1, await FoundAsync("tight"));
        Assert.Equal(0, await FoundAsync("strict", "Which crane is yellow, and who drives it at night?"));
        var dry = await DryAsync("nothing");
        Assert.Equal("left out by the retrieval profile", dry["context"]!["sources"]!.AsArray().Single(source => source!["name"]!.ToString() == "memory")!["note"]!.ToString());
        Assert.Equal("nothing@1", dry["profiles"]!["retrieval"]!.ToString());
    }

    [Fact]
    public async Task Retrieval_limits_the_rules_too()
    {
        await house.StoreAsync("retrieval/three", """{"limit":3}""");

        var all = await house.Bot.GetJsonAsync("/v1/context?task_class=staffing.fill");
        var three = await house.Bot.GetJsonAsync("/v1/context?task_class=staffing.fill&profile=three");

        var (rules, few) = (all["items"]!.AsArray().Where(IsRule).ToList(), three["items"]!.AsArray().Where(IsRule).ToList());
        Assert.Equal((rules.Count > 3, 3), (true, few.Count));
        Assert.Equal(rules.Take(3).Select(rule => rule!["id"]!.ToString()), few.Select(rule => rule!["id"]!.ToString()));
        Assert.Equal($"the first 3 of {rules.Count} rules: the retrieval profile wants no more", three["sources"]!.AsArray().Single(source => source!["name"]!.ToString() == "truth")!["note"]!.ToString());

        static bool IsRule(JsonNode? item) => item!["kind"]!.ToString() == "truth_rule";
    }

    [Fact]
    public async Task Profiles_hold_for_what_a_model_looks_up_itself()
    {
        await house.Bot.ProposeAsync("The tram leaves at nine.", "tram");
        await house.Bot.ProposeAsync("The tram is green.", "tram-colour");
        await house.Bot.ProposeAsync("The tram stood still on Monday.", kind: "episodic");
        await house.Bot.ProposeAsync("Streetcars have been old for years.", "tram-age");
        await house.EmbeddedAsync();
        await using (var connection = new Npgsql.NpgsqlConnection(house.Database))
        {
            await connection.OpenAsync(Cancelled);
            await using var age = new Npgsql.NpgsqlCommand("update gateway.memories set valid_from = valid_from - interval '40 days' where key = 'tram-colour'", connection);
            await age.ExecuteNonQueryAsync(Cancelled);
        }

        await house.StoreAsync("memory/tram-facts", """{"kinds":["semantic"]}""");
        await house.StoreAsync("memory/tram-fresh", """{"max_age_days":30}""");
        await house.StoreAsync("retrieval/tram-one", """{"limit":1}""");
        await house.StoreAsync("retrieval/tram-strict", """{"floor":1}""");
        await house.StoreAsync("retrieval/tram-wordy", """{"vectors":false}""");

        Assert.Equal(["The tram is green.", "The tram leaves at nine.", "The tram stood still on Monday."], await LookedUpAsync(null, "tram"));
        Assert.DoesNotContain("The tram stood still on Monday.", await LookedUpAsync("tram-facts", "tram"));
        Assert.DoesNotContain("The tram is green.", await LookedUpAsync("tram-fresh", "tram"));
        Assert.Single(await LookedUpAsync("tram-one", "tram"));
        Assert.Empty(await LookedUpAsync("tram-strict", "Does the tram leave the depot before dawn?"));
        Assert.Contains("Streetcars have been old for years.", await LookedUpAsync(null, "trolley", all: true));
        Assert.Empty(await LookedUpAsync("tram-wordy", "trolley", all: true));
    }

    [Fact]
    public async Task Retrieval_does_without_vectors()
    {
        const string Text = "Remuneration comes every fortnight.";
        await house.Bot.ProposeAsync(Text, "wages");
        await house.StoreAsync("retrieval/wordy", """{"vectors":false}""");

        Assert.Contains(Text, await TextsAsync(null, "When do salaries arrive?"));
        Assert.DoesNotContain(Text, await TextsAsync("wordy", "When do salaries arrive?"));
    }

    [Fact]
    public async Task Memory_chooses_kinds_age_and_tools()
    {
        await house.Bot.ProposeAsync("The ferry leaves at nine.", "ferry");
        await house.Bot.ProposeAsync("The ferry sank on Monday.", kind: "episodic");
        await house.Bot.ProposeAsync("The ferry has been blue for years.", "ferry-colour");
        await using (var connection = new Npgsql.NpgsqlConnection(house.Database))
        {
            await connection.OpenAsync(Cancelled);
            await using var age = new Npgsql.NpgsqlCommand("update gateway.memories set valid_from = valid_from - interval '40 days' where key = 'ferry-colour'", connection);
            await age.ExecuteNonQueryAsync(Cancelled);
        }

        await house.StoreAsync("memory/facts", """{"kinds":["semantic"]}""");
        await house.StoreAsync("memory/fresh", """{"max_age_days":30}""");
        await house.StoreAsync("memory/none", """{"kinds":[],"tools":false}""");

        const string Question = "What about the ferry?";
        Assert.Equal(3, (await TextsAsync(null, Question)).Count(text => text.Contains("ferry", StringComparison.Ordinal)));
        Assert.DoesNotContain("The ferry sank on Monday.", await TextsAsync("facts", Question));
        Assert.DoesNotContain("The ferry has been blue for years.", await TextsAsync("fresh", Question));
        Assert.Empty(await TextsAsync("none", Question));
        var (offered, _) = await house.ChatAsync("none", "Any tools?", also: body => body["tools"] = new JsonArray("lakehouse:*"));
        Assert.DoesNotContain("memory_", offered["tools"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("lakehouse_current_time", offered["tools"]!.ToJsonString(), StringComparison.Ordinal);
        var named = Calls.Hello();
        (named["profile"], named["tools"]) = ("none", new JsonArray("lakehouse:memory_propose"));
        using var refused = await house.Bot.ChatAsync(named);
        Assert.Equal("tool_denied", await refused.ErrorCodeAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Observer_opts_in_to_messages_without_secrets_and_persons(bool stream)
    {
        var name = $"open-{(stream ? "s" : "w")}";
        await house.StoreAsync($"observer/{name}", """{"messages":true,"message_characters":200}""");

        await house.ChatAsync(name, $"Write to jane.roe@example.com, +44 20 7946 0958, 234–56–7890, 345-\u200b67-8901 with sk-live-0123456789abcdefghij about {name}. {new string('x', 300)}", stream: stream);
        await house.ChatAsync(null, $"Nobody sees {name}.", stream: stream);

        var span = await Eventually.GetAsync(() => Task.FromResult(house.Spans.FirstOrDefault(span => span.Contains($"about {name}.", StringComparison.Ordinal))), span => span is not null, Cancelled);
        Assert.Contains("gen_ai.output.messages=Hello", span!, StringComparison.Ordinal);
        Assert.Contains("[email]", span!, StringComparison.Ordinal);
        Assert.Contains("x…", span!, StringComparison.Ordinal);
        Assert.DoesNotContain("jane.roe", string.Join('\n', house.Spans), StringComparison.Ordinal);
        Assert.Contains("[phone], [ssn], [ssn] with [secret]", span!, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-live", string.Join('\n', house.Spans), StringComparison.Ordinal);
        Assert.DoesNotContain(house.Spans, one => one.Contains($"Nobody sees {name}", StringComparison.Ordinal));
    }

    private async Task<int> FoundAsync(string? profile, string query = "Which crane is yellow?") => (await TextsAsync(profile, query)).Count(text => text.Contains("crane", StringComparison.Ordinal));

    /// <summary>By <c>/v1/context</c> and by a chat, which must agree.</summary>
    private async Task<IReadOnlyList<string>> TextsAsync(string? profile, string query)
    {
        var question = new JsonObject { ["query"] = query };
        if (profile is not null)
        {
            question["profile"] = profile;
        }

        // a vector that comes between the two would be found by one of them only
        await house.EmbeddedAsync();
        using var asked = await house.Bot.PostAsync("/v1/context", new StringContent(question.ToJsonString()), Cancelled);
        var answer = await asked.JsonAsync();
        Assert.True(asked.IsSuccessStatusCode, answer.ToJsonString());
        IReadOnlyList<string> texts = [.. answer["items"]!.AsArray().Where(item => item!["kind"]!.ToString().StartsWith("memory_", StringComparison.Ordinal)).Select(item => item!["text"]!.ToString())];

        var (sent, _) = await house.ChatAsync(profile, query, also: body => body["context"] = true);
        var prompt = sent["messages"]!.ToJsonString();
        Assert.All(texts, text => Assert.Contains(text, prompt, StringComparison.Ordinal));
        Assert.Equal(texts.Count, prompt.Split("kind=\\u0022memory_").Length - 1);
        return texts;
    }

    /// <summary>What the tool told the model; of all that vectors find too, those with the word alone.</summary>
    private async Task<IReadOnlyList<string>> LookedUpAsync(string? profile, string query, bool all = false)
    {
        var (sent, _) = await house.ChatAsync(profile, ProfileHouse.LookUp + query, also: body => body["tools"] = new JsonArray("lakehouse:memory_search"));
        var told = JsonNode.Parse(sent["messages"]!.AsArray().Last(message => message!["role"]!.ToString() == "tool")!["content"]!.ToString())!;
        return [.. told["hits"]!.AsArray().Select(hit => hit!["text"]!.ToString()).Where(text => all || text.Contains("tram", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    private async Task<JsonNode> DryAsync(string profile)
    {
        var body = Calls.Hello();
        (body["profile"], body["dry_run"], body["context"]) = (profile, true, true);
        using var response = await house.Bot.ChatAsync(body);
        return await response.JsonAsync();
    }
}
