using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Testing;
using Npgsql;
using static Lakehouse.Gateway.Tests.Knowledge.Playbooks.PlaybookCalls;

namespace Lakehouse.Gateway.Tests.Knowledge.Playbooks;

/// <summary>Seed, list, read, revise, retire and history, through HTTP.</summary>
public sealed class PlaybooksTests(PlaybookHouse house, TestPostgres postgres) : IClassFixture<PlaybookHouse>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Seed_adds_then_joins_names_in_stable_order_then_does_nothing()
    {
        var town = house.Town();

        using var added = await house.Bot.PlaybooksAsync("", Seed(Fill(town), "W-2", "W-1", "w-2").With("approach", "asked the night shift"));
        var add = await added.JsonAsync();
        var update = await house.Lab.PostPlaybooksAsync("", Seed(Fill(town.ToUpperInvariant(), " welder"), "W-9", "W-1"));
        var noop = await house.Bot.PostPlaybooksAsync("", Seed(Fill(town), "W-9", "W-2"));

        var id = Id(add);
        Assert.Equal((HttpStatusCode.Created, $"/v1/playbooks/{id}"), (added.StatusCode, added.Headers.Location!.ToString()));
        Assert.Matches("^pbk_[0-9a-f]{32}$", id);
        Assert.Equal(["ADD", "UPDATE", "NOOP"], new[] { add, update, noop }.Select(answer => answer["decision"]!.ToString()));
        Assert.All([update, noop], answer => Assert.Equal(id, Id(answer)));
        Assert.Equal(["endorsed_names"], update["changed"].Texts());
        Assert.All(new[] { add, update, noop }, answer => Assert.NotEmpty(answer["reason"]!.ToString()));
        var read = await house.Lab.GetJsonAsync($"/v1/playbooks/{id}");
        Assert.Equal(["W-2", "W-1", "W-9"], read["endorsed_names"].Texts());
        Assert.Equal(("fill", "Welder", town, "OH", "staffing.fill", "asked the night shift", "live", 3, "bot"), (
            read["kind"]!.ToString(), read["role"]!.ToString(), read["city"]!.ToString(), read["state"]!.ToString(), read["task_class"]!.ToString(), read["approach"]!.ToString(),
            read["status"]!.ToString(), read["seeds"]!.GetValue<int>(), read["created_by"]!.ToString()));
    }

    [Fact]
    public async Task Seed_with_another_approach_updates_and_the_history_keeps_the_former()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1").With("approach", "first"));

        var update = await house.Bot.PostPlaybooksAsync("", Seed(Fill(town)).With("approach", "second"));
        var history = await house.Bot.GetJsonAsync($"/v1/playbooks/{id}/history");

        Assert.Equal("approach", Assert.Single(update["changed"].Texts()));
        var events = Assert.Single(history["versions"]!.AsArray())!["events"]!.AsArray();
        Assert.Equal(["ADD", "UPDATE"], events.Select(one => one!["decision"]!.ToString()));
        Assert.Equal("""{"approach": "first"}""", events[1]!["before"]!.ToJsonString().Replace(":", ": ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Key_is_operation_day_city_and_state()
    {
        var town = house.Town();

        string[] ids =
        [
            await house.Bot.SeedAsync(Seed(Fill(town))), await house.Bot.SeedAsync(Seed(Fill(town, count: 3))), await house.Bot.SeedAsync(Seed($"fill: Welder x2 in {town}, IL")),
            await house.Bot.SeedAsync(Seed("message: remind of the shift").With("city", town)), await house.Bot.SeedAsync(Seed("message: remind of the shift").With("city", house.Town())),
            await house.Bot.SeedAsync(Seed($"message: remind of the shift in {town}")),
        ];
        var yesterday = await house.Bot.SeedAsync(Seed(Fill(town, "Baker")));
        await house.ExecuteAsync($"update gateway.playbooks set day = day - 1 where playbook_id = '{yesterday}'");
        var today = await house.Bot.PostPlaybooksAsync("", Seed(Fill(town, "Baker")));

        Assert.Equal(6, ids.Distinct().Count());
        Assert.Equal("ADD", today["decision"]!.ToString());
    }

    [Fact]
    public async Task Revise_makes_a_new_tip_and_only_the_tip_can_be_revised()
    {
        var town = house.Town();
        var root = await house.Bot.SeedAsync(Seed(Fill(town), "W-1", "W-2").With("approach", "call"));

        var second = await house.Bot.PostPlaybooksAsync($"/{root}/revise", Json("""{"reason":"W-2 moved away","endorsed_names":["W-1"]}"""));
        var third = Id(await house.Bot.PostPlaybooksAsync($"/{Id(second)}/revise", Json("""{"reason":"texts work better","approach":"text first"}""")));
        using var late = await house.Bot.PlaybooksAsync($"/{root}/revise", Json("""{"reason":"too late","approach":"x"}"""));
        using var lateEnd = await house.Bot.PlaybooksAsync($"/{root}/retire", Json("""{"reason":"too late"}"""));
        var again = await house.Bot.PostPlaybooksAsync("", Seed(Fill(town), "W-3"));
        var history = await house.Bot.GetJsonAsync($"/v1/playbooks/{Id(second)}/history");

        Assert.Equal(("REVISE", 2, root), (second["decision"]!.ToString(), second["playbook"]!["version"]!.GetValue<int>(), second["playbook"]!["root_id"]!.ToString()));
        foreach (var refused in new[] { late, lateEnd })
        {
            Assert.Equal((HttpStatusCode.Conflict, "playbook_superseded"), (refused.StatusCode, await refused.ErrorCodeAsync()));
            Assert.Contains(third, (await refused.JsonAsync())["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(("UPDATE", third), (again["decision"]!.ToString(), Id(again)));
        Assert.Equal((root, third), (history["root_id"]!.ToString(), history["tip_id"]!.ToString()));
        var versions = history["versions"]!.AsArray().Select(version => version!["playbook"]!).ToList();
        Assert.Equal([root, Id(second), third], versions.Select(version => version["id"]!.ToString()));
        Assert.Equal(["superseded", "superseded", "live"], versions.Select(version => version["status"]!.ToString()));
        Assert.Equal(["W-1,W-2", "W-1", "W-1,W-3"], versions.Select(version => string.Join(',', version["endorsed_names"].Texts())));
        Assert.Equal(versions[0]["seeded_at"]!.ToString(), versions[2]["seeded_at"]!.ToString());
    }

    [Fact]
    public async Task Retired_by_id_it_is_no_longer_listed_and_another_may_follow()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1"));

        var retired = await house.Bot.PostPlaybooksAsync($"/{id}/retire", Json("""{"reason":"the client left"}"""));
        var again = await house.Bot.PostPlaybooksAsync($"/{id}/retire", Json("""{"reason":"other"}"""));
        using var revised = await house.Bot.PlaybooksAsync($"/{id}/revise", Json("""{"reason":"x","approach":"y"}"""));
        var next = await house.Bot.PostPlaybooksAsync("", Seed(Fill(town), "W-2"));

        Assert.Equal(("RETIRE", "retired", "the client left"), (retired["decision"]!.ToString(), retired["playbook"]!["status"]!.ToString(), retired["playbook"]!["retired_reason"]!.ToString()));
        Assert.Equal(("NOOP", "the client left"), (again["decision"]!.ToString(), again["playbook"]!["retired_reason"]!.ToString()));
        Assert.Equal((HttpStatusCode.Conflict, "playbook_retired"), (revised.StatusCode, await revised.ErrorCodeAsync()));
        Assert.Equal("ADD", next["decision"]!.ToString());
        Assert.NotEqual(id, Id(next));
        Assert.Equal([Id(next)], await house.Bot.IdsAsync($"?city={town}"));
        Assert.Equal([id], await house.Bot.IdsAsync($"?city={town}&status=retired"));
    }

    [Fact]
    public async Task Valid_until_that_passes_retires()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1").With("valid_until", "2999-01-01T00:00:00Z"));
        Assert.Equal([id], await house.Bot.IdsAsync($"?city={town}"));
        await house.ExecuteAsync($"update gateway.playbooks set valid_until = now() - interval '1 second' where playbook_id = '{id}'");

        Assert.Empty(await house.Bot.IdsAsync($"?city={town}"));
        Assert.Equal([id], await house.Bot.IdsAsync($"?city={town}&status=expired"));
        Assert.Empty((await house.Bot.BoostsAsync(Welders(town))).ByWorker());
        var next = await house.Bot.PostPlaybooksAsync("", Seed(Fill(town), "W-2"));

        Assert.Equal("ADD", next["decision"]!.ToString());
        var before = await house.Bot.GetJsonAsync($"/v1/playbooks/{id}");
        Assert.Equal(("retired", "its valid_until has passed"), (before["status"]!.ToString(), before["retired_reason"]!.ToString()));
    }

    [Fact]
    public async Task Schema_that_drifts_retires_all_that_were_made_on_another()
    {
        var town = house.Town();
        var old = await house.Bot.SeedAsync(Seed(Fill(town)).With("schema_fingerprint", "aaa"));
        var same = await house.Bot.SeedAsync(Seed(Fill(town, "Baker")).With("schema_fingerprint", "bbb"));
        var none = await house.Bot.SeedAsync(Seed(Fill(town, "Cook")));

        using var denied = await house.Bot.PlaybooksAsync("/retire", Json("""{"schema_fingerprint":"bbb"}"""));
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (denied.StatusCode, await denied.ErrorCodeAsync()));
        Assert.Equal(3, (await house.Bot.IdsAsync($"?city={town}")).Length);
        var retired = await house.Chief.PostPlaybooksAsync("/retire", Json("""{"schema_fingerprint":"bbb"}"""));

        Assert.Equal(["1", old], [retired["retired"]!.ToString(), .. retired["ids"].Texts()]);
        Assert.Equal([none, same], await house.Bot.IdsAsync($"?city={town}"));
        var history = await house.Bot.GetJsonAsync($"/v1/playbooks/{old}/history");
        Assert.Contains("made on aaa, now bbb", history["versions"]![0]!["events"]![1]!["reason"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anothers_playbook_is_shared_and_only_its_maker_or_the_operator_may_end_it()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1"));

        foreach (var (path, body) in new[]
        {
            ("retire", """{"reason":"x"}"""), ("revise", """{"reason":"x","approach":"y"}"""), ("resolve", """{"reason":"x"}"""), ("drift", """{"documents":[{"tool":"x"}]}"""),
        })
        {
            using var denied = await house.Lab.PlaybooksAsync($"/{id}/{path}", Json(body));
            Assert.Equal((path, HttpStatusCode.Forbidden, "forbidden"), (path, denied.StatusCode, await denied.ErrorCodeAsync()));
        }

        Assert.Equal([id], await house.Lab.IdsAsync($"?city={town}"));
        Assert.Equal("RETIRE", (await house.Chief.PostPlaybooksAsync($"/{id}/retire", Json("""{"reason":"x"}""")))["decision"]!.ToString());
    }

    [Fact]
    public async Task History_ends_even_where_pointers_lead_in_a_circle()
    {
        var town = house.Town();
        var root = await house.Bot.SeedAsync(Seed(Fill(town), "W-1"));
        var tip = Id(await house.Bot.PostPlaybooksAsync($"/{root}/revise", Json("""{"reason":"x","approach":"y"}""")));
        await house.ExecuteAsync($"update gateway.playbooks set superseded_by = '{root}', superseded_at = now() where playbook_id = '{tip}'");

        var history = await house.Bot.GetJsonAsync($"/v1/playbooks/{root}/history");
        using var refused = await house.Bot.PlaybooksAsync($"/{root}/revise", Json("""{"reason":"x","approach":"z"}"""));

        Assert.Equal((2, tip), (history["versions"]!.AsArray().Count, history["tip_id"]!.ToString()));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var itself = await Assert.ThrowsAsync<PostgresException>(() => house.ExecuteAsync($"update gateway.playbooks set superseded_by = playbook_id where playbook_id = '{tip}'"));
        Assert.Equal(PostgresErrorCodes.CheckViolation, itself.SqlState);
    }

    [Fact]
    public async Task Database_itself_keeps_one_live_row_for_a_key()
    {
        var town = house.Town();
        await house.Bot.SeedAsync(Seed(Fill(town), "W-1"));

        var twice = await Assert.ThrowsAsync<PostgresException>(() => house.ExecuteAsync("""
            insert into gateway.playbooks (playbook_id, root_id, version, operation, kind, city, state, day, endorsed_names, documents, created_by, seeded_at, created_at, updated_at)
            select 'pbk_x', 'pbk_x', 1, upper(operation), kind, upper(city), state, day, '{}', '[]', 'x', now(), now(), now() from gateway.playbooks
            """));

        Assert.Equal(PostgresErrorCodes.UniqueViolation, twice.SqlState);
    }

    [Fact]
    public async Task List_filters_and_pages()
    {
        var (town, other) = (house.Town(), house.Town());
        List<string> ids = [];
        foreach (var operation in new[] { Fill(town), Fill(town, "Baker"), Fill(other), "message: remind" })
        {
            ids.Add(await house.Bot.SeedAsync(Seed(operation).With("task_class", $"class of {town}")));
        }

        var mine = $"task_class={Uri.EscapeDataString($"class of {town}")}";
        var first = await house.Bot.GetJsonAsync($"/v1/playbooks?{mine}&limit=3");
        var rest = await house.Bot.GetJsonAsync($"/v1/playbooks?{mine}&limit=3&after={first["next_after"]}");

        Assert.Equal([ids[3], ids[2], ids[1]], first["data"]!.AsArray().Select(one => one!["id"]!.ToString()));
        Assert.Equal((true, false, ids[0]), (first["has_more"]!.GetValue<bool>(), rest["has_more"]!.GetValue<bool>(), Assert.Single(rest["data"]!.AsArray())!["id"]!.ToString()));
        Assert.Equal([ids[1], ids[0]], await house.Bot.IdsAsync($"?city={town.ToLowerInvariant()}&state=oh"));
        Assert.Equal([ids[2], ids[0]], await house.Bot.IdsAsync($"?{mine}&role=welder&kind=fill"));
        Assert.Equal([ids[3]], await house.Bot.IdsAsync($"?{mine}&kind=message"));
        Assert.Equal([ids[0]], await house.Bot.IdsAsync($"?operation={Uri.EscapeDataString(Fill(town))}&status=all"));
        Assert.Empty(await house.Bot.IdsAsync($"?{mine}&status=flagged"));
    }

    [Fact]
    public async Task Bad_input_is_named()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), "W-1"));

        foreach (var (path, body, param) in new[]
        {
            ("", "{}", "operation"), ("", """{"operation":7}""", "operation"), ("", """{"operation":"fill welders"}""", "operation"), ("", """{"operation":"fill: Welder x0 in Toledo, OH"}""", "operation"),
            ("", """{"operation":"fill: Welder x2 in Toledo, Ohio"}""", "operation"), ("", """{"operation":"cycle: demo landed"}""", "operation"), ("", $$"""{"operation":"note: {{new string('x', 300)}}"}""", "operation"),
            ("", """{"operation":"note: a\u0001b"}""", "operation"),
            ("", $$"""{"operation":"{{Fill(town)}}","city":"Gary"}""", "city"), ("", $$"""{"operation":"{{Fill(town)}}","state":"oh"}""", "state"), ("", """{"operation":"note: x","state":"IN","city":""}""", "city"),
            ("", """{"operation":"note: x","endorsed_names":"W-1"}""", "endorsed_names"), ("", """{"operation":"note: x","endorsed_names":["W-1"," "]}""", "endorsed_names[1]"),
            ("", $$"""{"operation":"note: x","endorsed_names":[{{string.Join(',', Enumerable.Range(0, 101))}}]}""", "endorsed_names"),
            ("", $$"""{"operation":"note: x","approach":"{{new string('x', 4001)}}"}""", "approach"), ("", """{"operation":"note: x","valid_until":"2020-01-01T00:00:00Z"}""", "valid_until"),
            ("", """{"operation":"note: x","valid_until":"soon"}""", "valid_until"), ("", """{"operation":"note: x","colour":"red"}""", "colour"),
            ("", """{"operation":"note: x","documents":[{"version_seen":"1"}]}""", "tool"), ("", """{"operation":"note: x","documents":[{"tool":"x","source_url":"file:///etc"}]}""", "documents[0].source_url"),
            ("", """{"operation":"note: x","documents":[{"tool":"x","seen_at":"2999-01-01"}]}""", "documents[0].seen_at"), ("", """{"operation":"note: x","documents":[{"tool":"x","odd":1}]}""", "documents[0]"),
            ($"/{id}/revise", """{"approach":"y"}""", "reason"), ($"/{id}/revise", """{"reason":"x"}""", "body"), ($"/{id}/revise", """{"reason":"x","operation":"note: y"}""", "operation"),
            ($"/{id}/retire", "{}", "reason"), ($"/{id}/failures", """{"source_id":"s"}""", "reason"), ($"/{id}/failures", """{"source_id":"s","reason":"r","name":"W-7"}""", "name"),
            ($"/{id}/drift", """{"documents":[]}""", "documents"), ("/outcomes", """{"source_id":"s","kind":"tests","playbooks":["x"]}""", "success"),
            ("/outcomes", """{"source_id":"s","kind":"failure","success":true,"playbooks":["x"]}""", "kind"), ("/outcomes", """{"source_id":"s","kind":"tests","success":true,"playbooks":[]}""", "playbooks"),
            ("/boosts", """{"limit":0}""", "limit"), ("/boosts", """{"state":"Ohio"}""", "state"), ("/boosts", """{"at":"then"}""", "at"),
        })
        {
            using var response = await house.Bot.PlaybooksAsync(path, Json(body));
            Assert.Equal((path + body, HttpStatusCode.BadRequest, "invalid_request"), (path + body, response.StatusCode, await response.ErrorCodeAsync()));
            Assert.Equal((path + body, param), (path + body, (await response.JsonAsync())["error"]!["param"]!.ToString()));
        }

        foreach (var (query, param) in new[] { ("?status=alive", "status"), ("?colour=red", "colour"), ("?after=pbk_1", "after"), ("?limit=0", "limit"), ("?city=%00", "city") })
        {
            using var response = await house.Bot.GetAsync($"/v1/playbooks{query}", Cancelled);
            Assert.Equal((query, HttpStatusCode.BadRequest, param), (query, response.StatusCode, (await response.JsonAsync())["error"]!["param"]!.ToString()));
        }

        foreach (var path in new[] { "pbk_1", $"pbk_{new string('0', 32)}", $"pbk_{new string('0', 32)}/history" })
        {
            using var missing = await house.Bot.GetAsync($"/v1/playbooks/{path}", Cancelled);
            Assert.Equal((path, HttpStatusCode.NotFound, "playbook_not_found"), (path, missing.StatusCode, await missing.ErrorCodeAsync()));
        }
    }

    [Fact]
    public async Task Union_beyond_the_limit_is_refused_and_changes_nothing()
    {
        var town = house.Town();
        var id = await house.Bot.SeedAsync(Seed(Fill(town), [.. Enumerable.Range(0, 99).Select(number => $"W-{number}")]));

        using var refused = await house.Bot.PlaybooksAsync("", Seed(Fill(town), "W-1000", "W-1001"));

        Assert.Equal((HttpStatusCode.BadRequest, "endorsed_names"), (refused.StatusCode, (await refused.JsonAsync())["error"]!["param"]!.ToString()));
        Assert.Equal(99, (await house.Bot.GetJsonAsync($"/v1/playbooks/{id}"))["endorsed_names"]!.AsArray().Count);
    }

    [Fact]
    public async Task Production_needs_a_key()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["environment"] = "Production" });
        using var keyless = gateway.As(null);
        var id = $"/pbk_{new string('0', 32)}";

        foreach (var path in new[] { "", id, $"{id}/history" })
        {
            using var read = await keyless.GetAsync($"/v1/playbooks{path}", Cancelled);
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, read.StatusCode));
        }

        foreach (var path in new[] { "", "/boosts", "/retire", "/outcomes", $"{id}/revise", $"{id}/retire", $"{id}/failures", $"{id}/drift", $"{id}/resolve" })
        {
            using var written = await keyless.PlaybooksAsync(path, Json("{}"));
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, written.StatusCode));
        }
    }
}
