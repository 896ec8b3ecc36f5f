using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Knowledge.Retrieval;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Knowledge.Memory;

/// <summary>What came out of the memory does not come back as news.</summary>
public sealed class MemoryEchoTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thousand_rounds_of_retrieve_restate_and_store_leave_the_size_unchanged()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        await RetrievalTests.FillAsync(bot);
        var before = (await bot.GetJsonAsync("/v1/memory?state=all&limit=500"))["data"]!.AsArray().Count;
        var questions = new[] { "How does Acme pay?", "Who prefers night shifts in Toledo?", "Is there an electrician in Gary?", "What does overtime need?", "When does the bus leave Toledo?" };

        var rounds = await Task.WhenAll(Enumerable.Range(0, 8).Select(async agent =>
        {
            var (random, stored) = (new Random(agent), new List<string>());
            for (var round = 0; round < 125; round++)
            {
                var items = await RetrievalTests.ContextAsync(bot, new() { ["query"] = questions[random.Next(questions.Length)] });
                var texts = items.Select(item => item!["text"]!.ToString()).ToArray();
                Assert.NotEmpty(texts);
                random.Shuffle(texts);
                // as agents do: in capitals, as a list, several in one, as something that happened, under a key of their own
                var restated = random.Next(4) switch
                {
                    0 => texts[0].ToUpperInvariant(), 1 => string.Join("\n", texts.Select(text => $"- {text}")), 2 => string.Join(" ", texts), _ => $"  {texts[0].TrimEnd('.')}  ",
                };
                var decision = await bot.ProposeAsync(restated, random.Next(2) == 0 ? null : $"note-{agent}-{round}", random.Next(2) == 0 ? "semantic" : "episodic", source: "model");
                stored.Add($"{decision.Decision()}: {decision["reason"]}");
            }

            return stored;
        }));

        Assert.Equal(1000, rounds.Sum(stored => stored.Count));
        Assert.All(rounds.SelectMany(stored => stored), decision => Assert.StartsWith("NOOP: it says again what was read here: mem_", decision, StringComparison.Ordinal));
        Assert.Equal(before, (await bot.GetJsonAsync("/v1/memory?state=all&limit=500"))["data"]!.AsArray().Count);
    }

    [Fact]
    public async Task What_was_read_and_then_replaced_does_not_come_back()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        using var lab = gateway.As(GatewayApp.LabKey);
        await bot.ProposeAsync("The cap is twenty calls. It resets at midnight.", "cap");
        await RetrievalTests.ContextAsync(bot, new() { ["query"] = "What is the cap?" });
        var now = await bot.ProposeAsync("The cap is thirty calls.", "cap");

        var back = await bot.ProposeAsync("It resets at midnight; the cap", "cap");
        var echo = await bot.ProposeAsync("It resets at midnight! The cap is twenty calls.", "cap");
        var half = await bot.ProposeAsync("the cap is TWENTY calls", "other");
        var meant = await bot.PostedAsync($"/{back.Id()}/revise", new() { ["text"] = "The cap is twenty calls. It resets at midnight." });

        Assert.Equal(["UPDATE", "UPDATE", "NOOP", "NOOP", "UPDATE"], new[] { now, back, echo, half, meant }.Select(answer => answer.Decision()));
        // whoever has not read it may know it for himself
        Assert.Equal("ADD", (await lab.ProposeAsync("The cap is twenty calls.", "cap")).Decision());
    }

    [Fact]
    public async Task News_beside_what_was_read_is_kept_and_the_window_ends()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["Memory:EchoWindow"] = "00:00:01" });
        using var bot = gateway.As(GatewayApp.BotKey);
        var old = await bot.ProposeAsync("Acme pays weekly.", "pay");
        await RetrievalTests.ContextAsync(bot, new() { ["query"] = "How does Acme pay?" });

        Assert.Equal("ADD", (await bot.ProposeAsync("Acme pays weekly. They moved to Lima.", "news")).Decision());
        await bot.PostedAsync($"/{old.Id()}/retire", new() { ["reason"] = "no longer" });
        var decision = await Eventually.GetAsync(() => bot.ProposeAsync("Acme pays weekly", "again"), answer => answer.Decision() == "ADD", Cancelled);
        Assert.Equal("the key is new", decision["reason"]!.ToString());
    }

    [Fact]
    public async Task Audit_names_what_a_person_should_look_at_and_never_what_is_secret()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        using var lab = gateway.As(GatewayApp.LabKey);
        var one = await bot.ProposeAsync("Acme pays its welders weekly on Fridays", "a");
        var two = await bot.ProposeAsync("Acme pays its welders weekly on a Friday", "b");
        var so = await bot.ProposeAsync("The gate is open", "gate");
        var was = await bot.ProposeAsync("The gate was shut that day", "gate", "episodic");
        var flip = (await bot.ProposeAsync("Bob lives in Gary", "bob")).Id();
        foreach (var city in new[] { "Flint", "Gary" })
        {
            flip = (await bot.PostedAsync($"/{flip}/revise", new() { ["text"] = $"Bob lives in {city}" })).Id();
        }

        const string Secret = "sk-live-0123456789abcdefghij";
        var secret = await bot.ProposeAsync($"The portal takes {Secret}");
        var mail = await bot.ProposeAsync("Write to jane.roe@example.com or call 419-555-0142");
        var named = await bot.ProposeAsync("She likes tea", attributes: new JsonObject { ["name"] = "Jane Roe" });
        await lab.ProposeAsync("Write to lab@example.com");

        var audit = await bot.GetJsonAsync("/v1/memory/audit");

        var findings = audit["findings"]!.AsArray().Select(finding => $"{finding!["kind"]} {string.Join('+', finding["ids"]!.AsArray().Select(id => id!.ToString()))}").ToList();
        Assert.Equal(
            new[]
            {
                $"duplicate {one.Id()}+{two.Id()}", $"contradiction {so.Id()}+{was.Id()}", $"contradiction {flip}", $"secret {secret.Id()}", $"personal_data {mail.Id()}", $"personal_data {named.Id()}",
            }.Order(), findings.Order());
        Assert.Equal("""{"live":8,"duplicate":1,"contradiction":2,"never_used":0,"secret":1,"personal_data":2}""", audit["counts"]!.ToJsonString());
        Assert.DoesNotContain(Secret, audit.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("example.com", audit.ToJsonString(), StringComparison.Ordinal);
        Assert.True(audit["trigrams"]!.GetValue<bool>());
        Assert.Equal("not_available", audit["pgvector"]!.ToString());
        await using var connection = new Npgsql.NpgsqlConnection(gateway.Database);
        await connection.OpenAsync(Cancelled);
        await using var age = new Npgsql.NpgsqlCommand("update gateway.memories set created_at = created_at - interval '31 days', use_count = case when key = 'a' then 0 else 1 end", connection);
        await age.ExecuteNonQueryAsync(Cancelled);
        var aged = (await bot.GetJsonAsync("/v1/memory/audit?limit=1"))["findings"]!.AsArray();
        Assert.Equal(one.Id(), Assert.Single(aged, finding => finding!["kind"]!.ToString() == "never_used")!["ids"]![0]!.ToString());
        Assert.Single(aged, finding => finding!["kind"]!.ToString() == "personal_data");
    }
}
