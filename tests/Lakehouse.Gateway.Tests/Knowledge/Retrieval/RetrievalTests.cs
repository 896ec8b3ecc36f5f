using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Knowledge.Retrieval;
using Lakehouse.Gateway.Tests.Knowledge.Memory;
using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.Gateway.Tests.Knowledge.Retrieval;

public sealed class RetrievalTests(TestPostgres postgres)
{
    private static readonly (string Key, string Text)[] Corpus =
    [
        ("client:acme/pay", "Acme pays its welders weekly, on Fridays."),
        ("client:acme/dock", "Acme's loading dock in Toledo closes at five in the afternoon."),
        ("client:borealis/pay", "Borealis pays thirty days after the invoice."),
        ("client:borealis/gear", "Borealis wants steel toe boots and a face shield on site."),
        ("worker:w-100/shift", "Worker W-100 prefers night shifts and lives in Toledo."),
        ("worker:w-101/cert", "Worker W-101 has the certificate AWS D1.1 until next spring."),
        ("city:gary/supply", "In Gary there is no electrician to be had at all."),
        ("city:flint/supply", "Flint has no welder; ask in Toledo instead."),
        ("contact:johnson", "Ms Johnson at Acme signs the timesheets."),
        ("rule:overtime", "Overtime over ten hours needs a written yes from the client."),
        ("bus:toledo", "The last bus to the Acme plant leaves at half past nine."),
        ("sms:hours", "SMS to workers go out between eight and eighteen o'clock."),
    ];

    private static readonly (string Question, string Key)[] Questions =
    [
        ("How often does Acme pay its welders?", "client:acme/pay"),
        ("When does the loading dock close?", "client:acme/dock"),
        ("When will Borealis pay the invoice?", "client:borealis/pay"),
        ("Does Borealis want boots on site?", "client:borealis/gear"),
        ("Who prefers night shifts?", "worker:w-100/shift"),
        ("Which worker has an AWS D1.1 certificate?", "worker:w-101/cert"),
        ("Is there an electrician in Gary?", "city:gary/supply"),
        ("Where to ask for a welder instead of Flint?", "city:flint/supply"),
        ("Who signs timesheets?", "contact:johnson"),
        ("What does overtime need?", "rule:overtime"),
        ("When does the last bus leave?", "bus:toledo"),
        ("When may an SMS go out to workers?", "sms:hours"),
    ];

    private static readonly string[] Foreign =
    [
        "What is the capital of France?", "How do I bake sourdough bread?", "Explain quantum entanglement to a child.", "Write a haiku about autumn leaves.",
        "Which planets have rings?", "How can I train a neural network on images?", "Translate this sentence into Portuguese, please.", "Who won the chess championship last year?",
        "How do I prune an apple tree in winter?", "What is the derivative of a polynomial?",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_question_finds_its_memory_first_and_a_foreign_one_finds_nothing()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        await FillAsync(bot);

        foreach (var (question, key) in Questions)
        {
            var items = await ContextAsync(bot, new() { ["query"] = question });
            Assert.Equal((question, key), (question, await KeyAsync(bot, items[0]!["id"]!.ToString())));
            Assert.InRange(items[0]!["score"]!.GetValue<double>(), 0.3, 1);
            Assert.True(items.Count <= 4, $"{question}: {items.Count}");
            Assert.Contains("words of the question", items[0]!["reason"]!.ToString(), StringComparison.Ordinal);
        }

        foreach (var question in Foreign)
        {
            Assert.Equal((question, 0), (question, (await ContextAsync(bot, new() { ["query"] = question })).Count));
        }
    }

    [Fact]
    public async Task Long_message_finds_what_is_said_in_it()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        await FillAsync(bot);
        var message = string.Concat(Enumerable.Range(1, 60).Select(number => $"Item{number} of a list that nobody asked about stands here. ")) + "And please check whether overtime over ten hours needs a written yes.";

        var items = await ContextAsync(bot, new() { ["query"] = message });

        Assert.Equal("rule:overtime", await KeyAsync(bot, Assert.Single(items)!["id"]!.ToString()));
    }

    [Fact]
    public async Task Misspelt_name_is_found_and_less_sure()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        await FillAsync(bot);

        var right = (await ContextAsync(bot, new() { ["query"] = "Who is Johnson?" }))[0]!;
        var wrong = (await ContextAsync(bot, new() { ["query"] = "Who is Jonson?" }))[0]!;

        Assert.Equal(right["id"]!.ToString(), wrong["id"]!.ToString());
        Assert.True(wrong["score"]!.GetValue<double>() < right["score"]!.GetValue<double>());
        Assert.Contains("spelt otherwise", wrong["reason"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_trigrams_words_are_found_as_they_are_spelt()
    {
        var database = await postgres.CreateDatabaseAsync(Cancelled);
        await ExecuteAsync(database, """
            create function no_extensions() returns event_trigger language plpgsql as 'begin raise exception ''not on this server''; end';
            create event trigger no_extensions on ddl_command_start when tag in ('CREATE EXTENSION') execute function no_extensions();
            """);
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["ConnectionStrings:lakehouse"] = database });
        using var bot = gateway.As(GatewayApp.BotKey);
        await FillAsync(bot);

        Assert.NotEmpty(await ContextAsync(bot, new() { ["query"] = "Who is Johnson?" }));
        Assert.Empty(await ContextAsync(bot, new() { ["query"] = "Who is Jonson?" }));

        // it came later
        await ExecuteAsync(database, "drop event trigger no_extensions; select gateway.memory_use_trigrams();");
        Assert.NotEmpty(await ContextAsync(bot, new() { ["query"] = "Who is Jonson?" }));
    }

    [Fact]
    public async Task Facts_narrow_and_what_says_otherwise_is_not_served()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        await bot.ProposeAsync("Bring a face shield.", "toledo", attributes: new() { ["city"] = "Toledo", ["state"] = "OH", ["role"] = "Welder" });
        await bot.ProposeAsync("Bring a face shield there.", "gary", attributes: new() { ["city"] = "Gary", ["state"] = "IN" });
        await bot.ProposeAsync("Bring your own face shield, both of them.", "both", attributes: new() { ["city"] = new JsonArray("Toledo", "Gary") });
        await bot.ProposeAsync("Face shields are provided at the gate.", "any");
        await bot.ProposeAsync("The moon is far.", "moon", attributes: new() { ["client"] = "Acme" });

        Assert.Equal(["any", "both", "toledo"], (await KeysAsync(bot, new() { ["query"] = "face shield?", ["city"] = "toledo", ["role"] = "welder" })).Order());
        Assert.Equal(["any", "both", "gary"], (await KeysAsync(bot, new() { ["query"] = "face shield?", ["city"] = "Gary" })).Order());
        Assert.Equal("toledo", (await KeysAsync(bot, new() { ["query"] = "face shield?", ["city"] = "Toledo", ["role"] = "welder" }))[0]);
        // facts alone make no confident answer
        var alone = Assert.Single(await ContextAsync(bot, new() { ["query"] = "How do I bake bread?", ["client"] = "ACME" }));
        Assert.InRange(alone!["score"]!.GetValue<double>(), 0.3, 0.45);
        Assert.Equal("1 of the 1 facts fit", alone["reason"]!.ToString());
    }

    [Fact]
    public async Task Search_takes_phrases_and_nots_and_a_moment_in_the_past()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        await FillAsync(bot);
        var before = (await bot.ProposeAsync("The gate code is 1234.", "gate"))["memory"]!["valid_from"]!.ToString();
        await bot.ProposeAsync("The gate code is 9876.", "gate");

        Assert.Equal(["client:acme/pay", "client:borealis/pay"], (await SearchAsync(bot, "query=pays")).Order());
        Assert.Equal(["client:acme/pay"], await SearchAsync(bot, "query=pays%20-invoice"));
        Assert.Equal(["client:acme/dock"], await SearchAsync(bot, "query=%22loading%20dock%22"));
        Assert.Equal(["city:flint/supply", "city:gary/supply"], (await SearchAsync(bot, "query=flint%20OR%20gary")).Order());
        Assert.Empty(await SearchAsync(bot, "query=%22dock%20loading%22"));
        Assert.Empty(await SearchAsync(bot, "query=the%20of%20and"));
        Assert.Empty(await SearchAsync(bot, "query=pays&kind=episodic"));
        Assert.Single(await SearchAsync(bot, "query=pays&limit=1"));
        Assert.Equal(["The gate code is 9876."], await TextsAsync(bot, "query=gate%20code"));
        var then = await TextsAsync(bot, $"query=gate%20code&as_of={before}");
        Assert.True(then is ["The gate code is 1234."] or ["The gate code is 9876."], string.Join(';', then));
        Assert.Empty(await TextsAsync(bot, "query=gate%20code&as_of=2020-01-01"));
        foreach (var (query, param) in new[] { ("", "query"), ("?limit=5", "query"), ("?query=x&limit=51", "limit"), ("?query=x&colour=red", "colour"), ("?query=x&kind=y", "kind"), ("?query=x&as_of=y", "as_of"), ($"?query={new string('x', 1001)}", "query"), ("?query=a%00b", "query") })
        {
            using var response = await bot.GetAsync($"/v1/memory/search{query}", Cancelled);
            Assert.Equal((query, HttpStatusCode.BadRequest, param), (query, response.StatusCode, (await response.JsonAsync())["error"]!["param"]!.ToString()));
        }
    }

    [Fact]
    public async Task Use_is_counted_and_what_harms_is_held_back()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        await FillAsync(bot);
        var id = (await HitsAsync(bot, "query=Who%20signs%20timesheets"))[0]!["memory"]!["id"]!.ToString();
        await HitsAsync(bot, "query=Who%20signs%20timesheets");
        // looked at, and put into no prompt
        await ContextAsync(bot, new() { ["query"] = "Who signs timesheets?" });

        var used = (await bot.GetJsonAsync($"/v1/memory/{id}"))["memory"]!;
        Assert.Equal(2, used["use_count"]!.GetValue<int>());
        Assert.NotNull(used["last_used_at"]);
        for (var time = 0; time < 3; time++)
        {
            Assert.NotEmpty(await ContextAsync(bot, new() { ["query"] = "Who signs timesheets?" }));
            await bot.PostedAsync($"/{id}/grade", new() { ["outcome"] = "harmful" });
        }

        Assert.Empty(await ContextAsync(bot, new() { ["query"] = "Who signs timesheets?" }));
    }

    [Fact]
    public async Task Anothers_memory_is_not_found_and_a_shared_one_is()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["Keys:operator"] = MemoryCalls.OperatorKey });
        using var bot = gateway.As(GatewayApp.BotKey);
        using var lab = gateway.As(GatewayApp.LabKey);
        using var operators = gateway.As(MemoryCalls.OperatorKey);
        using var made = await operators.PostAsync("/v1/keys", new StringContent("""{"consumer":"crew","name":"c","scopes":{"memory":["shared:staffing"]}}"""), Cancelled);
        using var crew = gateway.As((await made.JsonAsync())["key"]!.ToString());
        await FillAsync(bot);
        await operators.ProposeAsync("The holiday calendar is on the wall.", scope: "shared:staffing");
        await operators.ProposeAsync("The holiday calendar is a secret.", scope: "shared:money");

        Assert.Empty(await ContextAsync(lab, new() { ["query"] = "Who signs timesheets?" }));
        Assert.Empty(await ContextAsync(lab, new() { ["query"] = "Where is the holiday calendar?" }));
        Assert.Equal("The holiday calendar is on the wall.", Assert.Single(await ContextAsync(crew, new() { ["query"] = "Where is the holiday calendar?" }))!["text"]!.ToString());
    }

    [Fact]
    public void Ranks_are_fused_as_the_paper_says()
    {
        var fused = RankFusion.Fuse([["a", "b", "c"], ["c", "a"]]);

        Assert.Equal((1 / 61.0) + (1 / 62.0), fused["a"], 12);
        Assert.Equal(1 / 62.0, fused["b"], 12);
        Assert.Equal((1 / 63.0) + (1 / 61.0), fused["c"], 12);
    }

    internal static async Task FillAsync(HttpClient client)
    {
        foreach (var (key, text) in Corpus)
        {
            await client.ProposeAsync(text, key);
        }
    }

    internal static async Task<JsonArray> ContextAsync(HttpClient client, JsonObject question)
    {
        using var response = await client.PostAsync("/v1/context", new StringContent(question.ToJsonString()), Cancelled);
        var answer = await response.JsonAsync();
        Assert.True(response.IsSuccessStatusCode, answer.ToJsonString());
        return [.. answer["items"]!.AsArray().Where(item => item!["kind"]!.ToString().StartsWith("memory_", StringComparison.Ordinal)).Select(item => item!.DeepClone())];
    }

    private static async Task<IReadOnlyList<string>> KeysAsync(HttpClient client, JsonObject question)
    {
        var keys = new List<string>();
        foreach (var item in await ContextAsync(client, question))
        {
            keys.Add(await KeyAsync(client, item!["id"]!.ToString()));
        }

        return keys;
    }

    private static async Task<string> KeyAsync(HttpClient client, string id) => (await client.GetJsonAsync($"/v1/memory/{id}"))["memory"]!["key"]!.ToString();

    private static async Task<IReadOnlyList<string>> SearchAsync(HttpClient client, string query) => [.. (await HitsAsync(client, query)).Select(hit => hit!["memory"]!["key"]!.ToString())];

    private static async Task<IReadOnlyList<string>> TextsAsync(HttpClient client, string query) => [.. (await HitsAsync(client, query)).Select(hit => hit!["memory"]!["text"]!.ToString())];

    private static async Task<JsonArray> HitsAsync(HttpClient client, string query) => (await client.GetJsonAsync($"/v1/memory/search?{query}"))["hits"]!.AsArray();

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
