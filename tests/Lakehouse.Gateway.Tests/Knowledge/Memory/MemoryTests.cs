using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.Gateway.Tests.Knowledge.Memory;

public sealed class MemoryTests(TestPostgres postgres)
{
    private static readonly (string Method, string Path, string Body, string Param)[] BadInputs =
    [
        ("POST", "", "[]", "body"),
        ("POST", "", """{"text":"a","kind":"semantic","colour":"red"}""", "colour"),
        ("POST", "", """{"kind":"semantic"}""", "text"),
        ("POST", "", """{"text":7,"kind":"semantic"}""", "text"),
        ("POST", "", """{"text":["a"],"kind":"semantic"}""", "text"),
        ("POST", "", """{"text":"","kind":"semantic"}""", "text"),
        ("POST", "", """{"text":" … - ","kind":"semantic"}""", "text"),
        ("POST", "", "{\"text\":\"a\\u0000b\",\"kind\":\"semantic\"}", "text"),
        ("POST", "", "{\"text\":\"half \\ud83d\",\"kind\":\"semantic\"}", "text"),
        ("POST", "", $$"""{"text":"{{new string('x', 8001)}}","kind":"semantic"}""", "text"),
        ("POST", "", """{"text":"a"}""", "kind"),
        ("POST", "", """{"text":"a","kind":"Semantic"}""", "kind"),
        ("POST", "", """{"text":"a","kind":"playbook"}""", "kind"),
        ("POST", "", """{"text":"a","kind":"semantic","key":"Upper"}""", "key"),
        ("POST", "", """{"text":"a","kind":"semantic","key":"a b"}""", "key"),
        ("POST", "", """{"text":"a","kind":"semantic","key":"-a"}""", "key"),
        ("POST", "", $$"""{"text":"a","kind":"semantic","key":"{{new string('k', 201)}}"}""", "key"),
        ("POST", "", """{"text":"a","kind":"semantic","attributes":[]}""", "attributes"),
        ("POST", "", """{"text":"a","kind":"semantic","attributes":{"x":{"y":1}}}""", "attributes.x"),
        ("POST", "", """{"text":"a","kind":"semantic","attributes":{"x":null}}""", "attributes.x"),
        ("POST", "", "{\"text\":\"a\",\"kind\":\"semantic\",\"attributes\":{\"x\":\"a\\u0000\"}}", "attributes.x"),
        ("POST", "", $$$"""{"text":"a","kind":"semantic","attributes":{"x":"{{{new string('x', 4096)}}}"}}""", "attributes"),
        ("POST", "", """{"text":"a","kind":"semantic","source_kind":"rumour"}""", "source_kind"),
        ("POST", "", """{"text":"a","kind":"semantic","valid_from":"soon"}""", "valid_from"),
        ("POST", "", """{"text":"a","kind":"semantic","valid_from":"2099-01-01"}""", "valid_from"),
        ("POST", "", """{"text":"a","kind":"semantic","scope":"No Name"}""", "scope"),
        ("POST", "", """{"text":"a","kind":"semantic","scope":"shared:"}""", "scope"),
        ("GET", "?limit=0", "", "limit"),
        ("GET", "?after=ses_00000000000000000000000000000000", "", "after"),
        ("GET", "?colour=red", "", "colour"),
        ("GET", "?kind=all", "", "kind"),
        ("GET", "?state=dead", "", "state"),
        ("GET", "?as_of=yesterday", "", "as_of"),
        ("GET", "?as_of=2026-01-01&state=all", "", "state"),
        ("POST", "/ID/revise", "{}", "text"),
        ("POST", "/ID/revise", """{"text":"b","key":"other"}""", "key"),
        ("POST", "/ID/retire", "{}", "reason"),
        ("POST", "/ID/grade", """{"outcome":"nice"}""", "outcome"),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_decides_add_update_and_noop_and_says_why()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);

        var added = await bot.ProposeAsync("Acme pays weekly.", "client:acme/pay");
        var same = await bot.ProposeAsync("  ACME   pays\tweekly ", "client:acme/pay");
        var updated = await bot.ProposeAsync("Acme pays monthly.", "client:acme/pay");
        var elsewhere = await bot.ProposeAsync("Acme pays monthly!", "client:acme/money");
        var happened = await bot.ProposeAsync("Acme pays monthly.", "client:acme/pay", "episodic");

        Assert.Equal(["ADD", "NOOP", "UPDATE", "NOOP", "ADD"], new[] { added, same, updated, elsewhere, happened }.Select(answer => answer.Decision()));
        Assert.Equal("the key is new", added["reason"]!.ToString());
        Assert.Equal((added.Id(), 1, "the same text holds already"), (same.Id(), same["memory"]!["confirm_count"]!.GetValue<int>(), same["reason"]!.ToString()));
        Assert.Equal((added.Id(), "the key had another text"), (updated["replaced"]!.ToString(), updated["reason"]!.ToString()));
        Assert.Equal((updated.Id(), "the same text holds already, under the key 'client:acme/pay'"), (elsewhere.Id(), elsewhere["reason"]!.ToString()));
        Assert.Equal(["Acme pays monthly.", "Acme pays monthly."], await bot.TextsAsync());
        Assert.Equal(["Acme pays weekly."], await bot.TextsAsync("?state=closed"));
        var memory = updated["memory"]!;
        Assert.Matches("^mem_[0-9a-f]{32}$", updated.Id());
        Assert.Equal(("bot", "semantic", "person", "consumer", "bot"), (memory["scope"]!.ToString(), memory["kind"]!.ToString(), memory["source_kind"]!.ToString(), memory["trust"]!.ToString(), memory["created_by"]!.ToString()));
    }

    [Theory]
    // composed and decomposed, full width, ligature, invisible, case beyond ASCII
    [InlineData("Café Müller opens at 6", "CAFE\u0301 MU\u0308LLER opens at 6.")]
    [InlineData("Ａｃｍｅ pays", "acme pays")]
    [InlineData("The oﬃce is closed", "the office is closed")]
    [InlineData("Bay\u00a0four", "bay\u200b four")]
    [InlineData("ΣΊΣΥΦΟΣ ΕΔΏ", "σίσυφοσ εδώ")]
    [InlineData("- \"Acme pays weekly\"", "Acme pays weekly.")]
    public async Task Texts_that_say_the_same_are_one(string first, string second)
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);

        await bot.ProposeAsync(first);

        Assert.Equal("NOOP", (await bot.ProposeAsync(second)).Decision());
        Assert.Equal([first], await bot.TextsAsync());
    }

    [Fact]
    public async Task History_goes_from_the_root_to_the_tip_and_only_the_tip_can_be_changed()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        var first = (await bot.ProposeAsync("The dock closes at five", "dock")).Id();
        var second = (await bot.PostedAsync($"/{first}/revise", new() { ["text"] = "The dock closes at six", ["reason"] = "they called" })).Id();

        using var late = await bot.MemoryAsync(HttpMethod.Post, $"/{first}/revise", """{"text":"The dock closes at four"}""");
        using var lateRetire = await bot.MemoryAsync(HttpMethod.Post, $"/{first}/retire", """{"reason":"x"}""");
        var again = await bot.PostedAsync($"/{second}/revise", new() { ["text"] = "The dock closes at six" });
        var retired = await bot.PostedAsync($"/{second}/retire", new() { ["reason"] = "the dock is gone" });
        using var dead = await bot.MemoryAsync(HttpMethod.Post, $"/{second}/revise", """{"text":"The dock is back"}""");
        var view = await bot.GetJsonAsync($"/v1/memory/{first}");
        var back = await bot.ProposeAsync("The dock closes at noon", "dock");

        foreach (var refused in new[] { late, lateRetire })
        {
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains(second, (await refused.JsonAsync())["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(("NOOP", "it says so already"), (again.Decision(), again["reason"]!.ToString()));
        Assert.Equal(("the dock is gone", null), (retired["close_reason"]!.ToString(), retired["superseded_by"]?.ToString()));
        Assert.Equal((HttpStatusCode.Conflict, "memory_closed"), (dead.StatusCode, await dead.ErrorCodeAsync()));
        Assert.Equal([first, second], view["history"]!.AsArray().Select(version => version!["id"]!.ToString()));
        Assert.Equal((first, second), (view["memory"]!["id"]!.ToString(), view["tip"]!.ToString()));
        Assert.Equal("they called", view["history"]![0]!["close_reason"]!.ToString());
        Assert.Equal("ADD", back.Decision());
    }

    [Fact]
    public async Task As_of_shows_what_held_then()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        var old = await bot.PostedAsync("", new() { ["text"] = "Bob works in Gary", ["kind"] = "semantic", ["key"] = "bob", ["valid_from"] = "2026-01-01" });
        await bot.PostedAsync("", new() { ["text"] = "Bob works in Flint", ["kind"] = "semantic", ["key"] = "bob", ["valid_from"] = "2026-02-01T00:00:00Z" });
        using var before = await bot.MemoryAsync(HttpMethod.Post, "", """{"text":"Bob works in Toledo","kind":"semantic","key":"bob","valid_from":"2026-01-15"}""");
        var moved = await bot.ProposeAsync("Bob works in Toledo", "bob");
        await bot.PostedAsync($"/{moved.Id()}/retire", new() { ["reason"] = "he left" });
        using var inside = await bot.MemoryAsync(HttpMethod.Post, "", """{"text":"Bob worked in Lima","kind":"semantic","key":"bob","valid_from":"2026-01-15"}""");

        Assert.Empty(await bot.TextsAsync("?as_of=2025-12-31T23:59:59.999Z"));
        Assert.Equal(["Bob works in Gary"], await bot.TextsAsync("?as_of=2026-01-01"));
        Assert.Equal(["Bob works in Gary"], await bot.TextsAsync("?as_of=2026-01-31T23:59:59.999Z"));
        Assert.Equal(["Bob works in Flint"], await bot.TextsAsync("?as_of=2026-02-01"));
        Assert.Empty(await bot.TextsAsync());
        Assert.Equal(3, (await bot.TextsAsync("?state=all&key=bob")).Count);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (before.StatusCode, inside.StatusCode));
        Assert.Contains("2026-02-01", (await before.JsonAsync())["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("2026-01-01T00:00:00.000Z", old["memory"]!["valid_from"]!.ToString());
    }

    [Fact]
    public async Task Rows_that_point_in_a_circle_are_read_all_the_same()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        var ids = new List<string>();
        foreach (var text in new[] { "one", "two", "three" })
        {
            ids.Add((await bot.ProposeAsync(text, "circle")).Id());
        }

        await using var connection = new NpgsqlConnection(gateway.Database);
        await connection.OpenAsync(Cancelled);
        await using var bend = new NpgsqlCommand($"update gateway.memories set valid_to = valid_from, closed_at = valid_from, superseded_by = '{ids[0]}' where memory_id = '{ids[2]}'", connection);
        await bend.ExecuteNonQueryAsync(Cancelled);

        var view = await bot.GetJsonAsync($"/v1/memory/{ids[1]}");

        Assert.Equal(ids.Order(), view["history"]!.AsArray().Select(version => version!["id"]!.ToString()).Order());
        using var revised = await bot.MemoryAsync(HttpMethod.Post, $"/{ids[1]}/revise", """{"text":"four"}""");
        Assert.Equal(HttpStatusCode.Conflict, revised.StatusCode);
    }

    [Fact]
    public async Task Another_consumers_memory_is_not_there_and_a_shared_one_needs_a_key_that_names_it()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["Keys:operator"] = MemoryCalls.OperatorKey });
        using var bot = gateway.As(GatewayApp.BotKey);
        using var operators = gateway.As(MemoryCalls.OperatorKey);
        using var made = await operators.PostAsync("/v1/keys", new StringContent("""{"consumer":"crew","name":"c","scopes":{"memory":["shared:staff*"]}}"""), Cancelled);
        using var crew = gateway.As((await made.JsonAsync())["key"]!.ToString());
        var own = (await bot.ProposeAsync("The bot's own")).Id();
        var shared = await operators.ProposeAsync("Everybody's", "house", scope: "shared:staffing");

        using var foreign = await crew.GetAsync($"/v1/memory/{own}", Cancelled);
        using var foreignRevise = await crew.MemoryAsync(HttpMethod.Post, $"/{own}/revise", """{"text":"taken"}""");
        using var denied = await bot.MemoryAsync(HttpMethod.Post, "", """{"text":"x","kind":"semantic","scope":"shared:staffing"}""");
        using var deniedList = await bot.GetAsync("/v1/memory?scope=crew", Cancelled);
        using var otherShared = await crew.GetAsync("/v1/memory?scope=shared:money", Cancelled);
        using var overruled = await crew.MemoryAsync(HttpMethod.Post, $"/{shared.Id()}/retire", """{"reason":"mine now"}""");
        var kept = await crew.ProposeAsync("Mine now", "house", scope: "shared:staffing");

        Assert.Equal((HttpStatusCode.NotFound, "memory_not_found"), (foreign.StatusCode, await foreign.ErrorCodeAsync()));
        Assert.Equal(HttpStatusCode.NotFound, foreignRevise.StatusCode);
        Assert.Equal((HttpStatusCode.Forbidden, "memory_denied"), (denied.StatusCode, await denied.ErrorCodeAsync()));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (deniedList.StatusCode, otherShared.StatusCode));
        Assert.Equal((HttpStatusCode.Forbidden, "memory_denied"), (overruled.StatusCode, await overruled.ErrorCodeAsync()));
        Assert.Equal(("NOOP", "the key has a text that the operator stands for, and the consumer may not replace it"), (kept.Decision(), kept["reason"]!.ToString()));
        Assert.Equal(["Everybody's"], await crew.TextsAsync());
        Assert.Equal(["The bot's own"], await operators.TextsAsync("?scope=bot"));
        Assert.Equal(["The bot's own"], await bot.TextsAsync());
    }

    [Fact]
    public async Task Model_may_not_replace_what_a_person_said()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        await bot.ProposeAsync("The cap is 20 calls", "cap");
        await bot.ProposeAsync("Guess one", "guess", source: "model");

        Assert.Equal("NOOP", (await bot.ProposeAsync("The cap is lifted", "cap", source: "model")).Decision());
        Assert.Equal("UPDATE", (await bot.ProposeAsync("Guess two", "guess", source: "model")).Decision());
        Assert.Equal("UPDATE", (await bot.ProposeAsync("Known", "guess")).Decision());
        Assert.Equal(["Known", "The cap is 20 calls"], (await bot.TextsAsync()).Order());
    }

    [Fact]
    public async Task Full_scope_and_unknown_id_are_named()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["Memory:MaxPerScope"] = "2" });
        using var bot = gateway.As(GatewayApp.BotKey);
        await bot.ProposeAsync("one", "one");
        await bot.ProposeAsync("two", "two");

        using var full = await bot.MemoryAsync(HttpMethod.Post, "", """{"text":"three","kind":"semantic"}""");
        using var unknown = await bot.GetAsync("/v1/memory/mem_00000000000000000000000000000000", Cancelled);
        using var odd = await bot.GetAsync("/v1/memory/x'y", Cancelled);

        Assert.Equal((HttpStatusCode.Conflict, "memory_full"), (full.StatusCode, await full.ErrorCodeAsync()));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (unknown.StatusCode, odd.StatusCode));
        Assert.Equal("UPDATE", (await bot.ProposeAsync("deux", "two")).Decision());
    }

    [Fact]
    public async Task List_goes_on_where_the_page_ended()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        foreach (var number in Enumerable.Range(1, 5))
        {
            await bot.ProposeAsync($"number {number}");
        }

        var (seen, after) = (new List<string>(), "");
        do
        {
            var page = await bot.GetJsonAsync($"/v1/memory?limit=2{after}");
            seen.AddRange(page["data"]!.AsArray().Select(item => item!["text"]!.ToString()));
            after = page["has_more"]!.GetValue<bool>() ? $"&after={page["next_after"]}" : "";
        }
        while (after.Length > 0);

        Assert.Equal(Enumerable.Range(1, 5).Select(number => $"number {number}"), seen.Order());
    }

    [Fact]
    public async Task What_has_another_shape_is_refused_by_name()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        var id = (await bot.ProposeAsync("here")).Id();

        foreach (var (method, path, body, param) in BadInputs)
        {
            using var response = await bot.MemoryAsync(new(method), path.Replace("ID", id, StringComparison.Ordinal), method == "GET" ? null : body);
            var error = (await response.JsonAsync())["error"]!;
            Assert.Equal((path, body, HttpStatusCode.BadRequest, param), (path, body, response.StatusCode, error["param"]?.ToString()));
            Assert.Contains("accepted", error["message"]!.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(["here"], await bot.TextsAsync("?state=all"));
    }

    [Fact]
    public async Task Grades_are_counted()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        var id = (await bot.ProposeAsync("graded")).Id();

        await bot.PostedAsync($"/{id}/grade", new() { ["outcome"] = "helpful" });
        await bot.PostedAsync($"/{id}/grade", new() { ["outcome"] = "harmful" });
        var graded = await bot.PostedAsync($"/{id}/grade", new() { ["outcome"] = "harmful" });

        Assert.Equal((1, 2), (graded["helpful"]!.GetValue<int>(), graded["harmful"]!.GetValue<int>()));
    }
}
