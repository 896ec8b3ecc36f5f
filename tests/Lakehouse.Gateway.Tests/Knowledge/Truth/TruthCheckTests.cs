using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Knowledge.Truth;

/// <summary>What conditions mean, asked over <c>POST /v1/truth/check</c>.</summary>
public sealed class TruthCheckTests(TestPostgres postgres)
{
    private const string Block = "{ kind = \"Block\", message = \"No.\" }";
    private const string Word = "{ kind = \"FieldContainsAny\", field = \"sql\", values = [\"DROP\", \"drop table\"], whole_words = true }";

    // condition, context, whether it fires, and why
    private static readonly (string Condition, string Context, bool Fires, string Why)[] Cases =
    [
        ("{ kind = \"Always\" }", "{}", true, "it always holds"),
        ("{ kind = \"FieldEmpty\", field = \"a.b\" }", "{}", true, "a.b is missing"),
        ("{ kind = \"FieldEmpty\", field = \"a.b\" }", """{"a":{"b":null}}""", true, "a.b is missing"),
        ("{ kind = \"FieldEmpty\", field = \"a.b\" }", """{"a":{"b":" \t"}}""", true, "a.b is ' �'"),
        ("{ kind = \"FieldEmpty\", field = \"a.b\" }", """{"a":{"b":"-"}}""", true, "a.b is '-'"),
        ("{ kind = \"FieldEmpty\", field = \"a.b\" }", """{"a":{"b":[]}}""", true, "a.b is a list of 0"),
        ("{ kind = \"FieldEmpty\", field = \"a.b\" }", """{"a":{"b":{}}}""", true, "a.b is an object"),
        ("{ kind = \"FieldEmpty\", field = \"a.b\" }", """{"a":"b"}""", true, "a.b is missing"),
        ("{ kind = \"FieldEmpty\", field = \"a.b\" }", """{"a":{"b":0}}""", false, "a.b is 0"),
        ("{ kind = \"FieldEmpty\", field = \"a.b\" }", """{"a":{"b":false}}""", false, "a.b is false"),
        ("{ kind = \"FieldEmpty\", field = \"a.b\" }", """{"a":{"b":"東京"}}""", false, "a.b is '東京'"),
        ("{ kind = \"FieldEmpty\", field = \"a.1.b\" }", """{"a":[{"b":""},{"b":"x"}]}""", false, "a.1.b is 'x'"),
        ("{ kind = \"FieldEmpty\", field = \"a.2.b\" }", """{"a":[{"b":""},{"b":"x"}]}""", true, "a.2.b is missing"),
        ("{ kind = \"FieldEmpty\", field = \"sql\", when = \"sql\" }", "{}", false, "not asked, because sql is missing"),
        ("{ kind = \"FieldEmpty\", field = \"sql\", when = \"sql\" }", """{"sql":";"}""", true, "sql is ';'"),
        ("{ kind = \"FieldEquals\", field = \"a\", value = \"x\" }", """{"a":"x"}""", true, "a is 'x', compared with 'x'"),
        ("{ kind = \"FieldEquals\", field = \"a\", value = \"x\" }", """{"a":"X"}""", false, "a is 'X', compared with 'x'"),
        ("{ kind = \"FieldEquals\", field = \"a\", value = 3 }", """{"a":3.0}""", true, "a is 3.0, compared with 3"),
        ("{ kind = \"FieldEquals\", field = \"a\", value = 3 }", """{"a":"3"}""", false, "a is '3', compared with 3"),
        ("{ kind = \"FieldEquals\", field = \"a\", value = true }", """{"a":true}""", true, "a is true, compared with true"),
        ("{ kind = \"FieldEquals\", field = \"a\", value = \"x\" }", "{}", false, "a is missing, compared with 'x'"),
        ("{ kind = \"FieldEquals\", field = \"a\", other = \"b\" }", """{"a":[1,2],"b":[1,2]}""", true, "a is a list of 2, b is a list of 2"),
        ("{ kind = \"FieldEquals\", field = \"a\", other = \"b\" }", "{}", false, "a is missing, b is missing"),
        ("{ kind = \"FieldMismatch\", field = \"a\", value = \"active\" }", """{"a":"on_leave"}""", true, "a is 'on_leave', compared with 'active'"),
        ("{ kind = \"FieldMismatch\", field = \"a\", value = \"active\" }", "{}", true, "a is missing, compared with 'active'"),
        ("{ kind = \"FieldMismatch\", field = \"a.b\", value = \"active\", when = \"a\" }", """{"a":{}}""", true, "a.b is missing, compared with 'active'"),
        ("{ kind = \"FieldMismatch\", field = \"a.b\", value = \"active\", when = \"a\" }", "{}", false, "not asked, because a is missing"),
        ("{ kind = \"FieldMismatch\", field = \"a\", other = \"b\" }", """{"a":2,"b":2.00}""", false, "a is 2, b is 2.00"),
        ("{ kind = \"FieldMismatch\", field = \"a\", other = \"b\" }", """{"a":2,"b":3}""", true, "a is 2, b is 3"),
        ("{ kind = \"FieldMismatch\", field = \"a\", other = \"b\" }", "{}", true, "a is missing, b is missing"),
        ("{ kind = \"FieldGreater\", field = \"a\", value = 2.5 }", """{"a":2.51}""", true, "a is 2.51, compared with 2.5"),
        ("{ kind = \"FieldGreater\", field = \"a\", value = 0.3 }", """{"a":0.3}""", false, "a is 0.3, compared with 0.3"),
        ("{ kind = \"FieldGreater\", field = \"a\", value = 2 }", """{"a":1e400}""", true, "a is 1e400, compared with 2"),
        ("{ kind = \"FieldGreater\", field = \"a\", value = 2 }", """{"a":"3"}""", false, "a is '3', which is no number, compared with 2"),
        ("{ kind = \"FieldGreater\", field = \"a\", value = 0, not = true }", """{"a":"3"}""", true, "a is '3', which is no number, compared with 0"),
        ("{ kind = \"FieldGreater\", field = \"a\", value = 0, not = true }", """{"a":-1}""", true, "a is -1, compared with 0"),
        ("{ kind = \"FieldGreater\", field = \"a\", value = 0, not = true }", """{"a":0.01}""", false, "a is 0.01, compared with 0"),
        ("{ kind = \"FieldGreater\", field = \"a\", other = \"b\" }", """{"a":9007199254740993,"b":9007199254740992}""", true, "a is 9007199254740993, b is 9007199254740992"),
        ("{ kind = \"FieldContainsAny\", field = \"a\", values = [\"drop\", \"LeTe\"] }", """{"a":{"b":["x","Deleteriou"]}}""", true, "a has 'LeTe' in it"),
        ("{ kind = \"FieldContainsAny\", field = \"a\", values = [\"drop\"] }", """{"a":"do it"}""", false, "a has none of drop in it"),
        ("{ kind = \"FieldContainsAny\", field = \"a\", values = [\"drop\"] }", "{}", false, "a is missing"),
        (Word, """{"sql":"select * from dropped, drop_date, backdrop where name = 'Dropsmith'"}""", false, "sql has none of DROP, drop table in it"),
        (Word, """{"sql":"drop table x"}""", true, "sql has the word 'DROP' in it"),
        (Word, """{"sql":"select 1;DROP\ttable x"}""", true, "sql has the word 'DROP' in it"),
        (Word, """{"sql":"/**/dRoP/**/table/**/x"}""", true, "sql has the word 'DROP' in it"),
        (Word, """{"sql":"DR/**/OP table x"}""", true, "sql has the word 'DROP' in it"),
        (Word, """{"sql":"DR/* a /* b */ c */OP table x"}""", true, "sql has the word 'DROP' in it"),
        (Word, """{"sql":"select 1 /* is open; drop"}""", true, "sql has the word 'DROP' in it"),
        (Word, """{"sql":"do $$ begin execute 'drop'; end $$"}""", true, "sql has the word 'DROP' in it"),
        (Word, """{"sql":"select 1 -- nothing"}""", false, "sql has none of DROP, drop table in it"),
    ];

    [Fact]
    public async Task Conditions_mean_what_they_say()
    {
        using var files = new TruthFiles([("cases.toml", string.Concat(Cases.Select((one, index) => TruthFiles.Rule($"case-{index}", $"case.n{index}", one.Condition, Block))))]);
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["Truth:Folder"] = files.Path });
        using var client = gateway.As(GatewayApp.BotKey);

        foreach (var (index, (condition, context, fires, why)) in Cases.Index())
        {
            var answer = await CheckAsync(client, $"case.n{index}", context);

            var rule = Assert.Single(answer["rules"]!.AsArray())!;
            Assert.Equal((condition, context, fires, why), (condition, context, rule["fired"]!.GetValue<bool>(), rule["why"]!.ToString()));
            Assert.Equal(fires ? "block" : "pass", answer["verdict"]!.ToString());
        }
    }

    [Fact]
    public async Task Task_classes_match_themselves_their_any_and_everything()
    {
        using var files = new TruthFiles([("rules.toml", string.Concat("staffing.fill staffing.any any staffing.fill.any bot.proposal".Split(' ').Select(task => TruthFiles.Rule(task, task, "{ kind = \"Always\" }", "{ kind = \"Pass\" }"))))]);
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["Truth:Folder"] = files.Path });
        using var client = gateway.As(GatewayApp.BotKey);

        foreach (var (task, rules) in new[]
        {
            ("staffing.fill", "staffing.fill staffing.any any"), ("Staffing.FILL", "staffing.fill staffing.any any"), ("staffing.fill.night", "staffing.any any staffing.fill.any"),
            ("staffing", "any"), ("staffings.fill", "any"), ("staffing.", "staffing.any any"), ("bot.proposal", "any bot.proposal"), (null, "any"),
        })
        {
            var answer = await CheckAsync(client, task, "{}");
            var listed = await client.GetJsonAsync($"/v1/truth/rules{(task is null ? "" : $"?task_class={task}")}");

            string[] expected = [.. rules.Split(' ')];
            Assert.Equal(expected, answer["rules"]!.AsArray().Select(rule => rule!["id"]!.ToString()).Where(id => !id.Contains("sql", StringComparison.Ordinal)));
            Assert.Equal(task is null ? 9 : answer["rules"]!.AsArray().Count, listed["data"]!.AsArray().Count);
        }
    }

    [Fact]
    public async Task Shipped_rules_say_what_a_fill_lacks()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(GatewayApp.BotKey);

        var nothing = await CheckAsync(client, "staffing.fill", "{}");
        var right = await CheckAsync(client, "staffing.fill", """{"contract":{"city":"Toledo","deadline":"2026-12-01","budget_usd":900},"worker":{"status":"active"},"fill":{"endorsed_count":2,"target_count":2}}""");
        var wrong = await CheckAsync(client, "staffing.fill", """{"contract":{"city":"","deadline":null,"budget_usd":0},"worker":{"status":"on_leave","name":"Deleteriou"},"fill":{"endorsed_count":1,"target_count":2},"sql":"delete from workers"}""");

        Assert.Equal(("reject", 422, "truth_rejected", "truth_context.contract.deadline"), (nothing["verdict"]!.ToString(), nothing["error"]!["status"]!.GetValue<int>(), nothing["error"]!["code"]!.ToString(), nothing["error"]!["param"]!.ToString()));
        Assert.Equal(
            "The truth rule fill-deadline-required rejects this: Say by when the contract must be filled. (contract.deadline is missing); also fill-budget-required: Say what the contract may cost, as a number of USD above 0. (contract.budget_usd is missing, compared with 0); also fill-city-required: Say in which city the work is. (contract.city is missing)"
                .Replace("; also fill-city", "; fill-city", StringComparison.Ordinal),
            nothing["error"]!["message"]!.ToString());
        Assert.Equal(("pass", null), (right["verdict"]!.ToString(), right["error"]));
        Assert.All(right["rules"]!.AsArray(), rule => Assert.False(rule!["fired"]!.GetValue<bool>()));
        Assert.Equal(("block", 403), (wrong["verdict"]!.ToString(), wrong["error"]!["status"]!.GetValue<int>()));
        Assert.Equal(
            ["staffing-no-destructive-sql", "fill-deadline-required", "fill-budget-required", "fill-city-required", "fill-worker-active", "fill-endorsed-count-matches"],
            wrong["rules"]!.AsArray().Where(rule => rule!["fired"]!.GetValue<bool>()).Select(rule => rule!["id"]!.ToString()));
    }

    [Fact]
    public async Task Check_shows_what_would_be_redacted_and_no_list_tells_the_texts()
    {
        using var files = new TruthFiles(("r.toml", TruthFiles.Rule("r", "any", "{ kind = \"Always\" }", "{ kind = \"Redact\", fields = [\"worker.ssn\", \"worker.tags.0\", \"worker.none\"], texts = [\"nightingale\"], replacement = \"***\" }")));
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["Truth:Folder"] = files.Path });
        using var client = gateway.As(GatewayApp.BotKey);

        var answer = await CheckAsync(client, null, """{"worker":{"ssn":"123-45-6789","tags":["red","blue"],"note":"red 123-45-6789 Nightingales","id":"nightingale"}}""");
        var listed = await client.GetJsonAsync("/v1/truth/rules?task_class=x");

        Assert.Equal("redact", answer["verdict"]!.ToString());
        Assert.Equal("""{"worker":{"ssn":"***","tags":["***","blue"],"note":"*** *** ***s","id":"***"}}""", answer["context"]!.ToJsonString());
        Assert.Equal("""["worker.ssn","worker.tags.0","worker.none"]""", listed["data"]![0]!["redacts"]!.ToJsonString());
        Assert.DoesNotContain("nightingale", listed.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Bad_questions_are_refused_by_field()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["environment"] = "Production" });
        using var client = gateway.As(GatewayApp.BotKey);
        using var keyless = gateway.As(null);

        foreach (var (body, param) in new[] { ("[]", "body"), ("""{"task_class":7}""", "task_class"), ("""{"context":[]}""", "context"), ("""{"facts":{}}""", "facts"), ("""{"context":{"a":"\ud800"}}""", "context") })
        {
            using var response = await client.PostAsync("/v1/truth/check", new StringContent(body), TestContext.Current.CancellationToken);
            Assert.Equal((body, HttpStatusCode.BadRequest, param), (body, response.StatusCode, (await response.JsonAsync())["error"]!["param"]!.ToString()));
        }

        using var odd = await client.GetAsync("/v1/truth/rules?class=x", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (odd.StatusCode, await odd.ErrorCodeAsync()));
        using var denied = await keyless.GetAsync("/v1/truth/rules", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, denied.StatusCode);
        using var unchecked_ = await keyless.PostAsync("/v1/truth/check", new StringContent("{}"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, unchecked_.StatusCode);
    }

    [Fact]
    public async Task Reload_is_the_operators_and_takes_right_rules_only()
    {
        using var files = new TruthFiles(("r.toml", TruthFiles.Rule("first", "x", "{ kind = \"Always\" }", Block)));
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: KeyCalls.Settings(("Truth:Folder", files.Path)));
        using var client = gateway.As(KeyCalls.OperatorKey);
        files.Write("r.toml", TruthFiles.Rule("second", "x", "{ kind = \"Always\" }", Block));

        using var denied = await client.SendAsync(HttpMethod.Post, "/v1/truth/reload", key: GatewayApp.BotKey);
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden", "first"), (denied.StatusCode, await denied.ErrorCodeAsync(), await IdsAsync()));

        var taken = await client.OkAsync(HttpMethod.Post, "/v1/truth/reload");
        Assert.Equal((5, "second"), (taken["data"]!.AsArray().Count, await IdsAsync()));

        files.Write("r.toml", "[[rule]]\nid = \"X\"\n");
        files.Write("s.toml", "[");
        using var broken = await client.SendAsync(HttpMethod.Post, "/v1/truth/reload");
        var error = (await broken.JsonAsync())["error"]!;
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "truth_invalid", "second"), (broken.StatusCode, error["code"]!.ToString(), await IdsAsync()));
        Assert.Equal(["r.toml(1)", "r.toml(1)", "r.toml(1)", "r.toml(1)", "r.toml(2)", "s.toml(1)"], error["message"]!.ToString().Split('\n').Skip(1).Select(line => files.Short(line)[..9]));

        async Task<string> IdsAsync() => string.Join(' ', (await client.GetJsonAsync("/v1/truth/rules?task_class=x"))["data"]!.AsArray().Select(rule => rule!["id"]));
    }

    [Fact]
    public async Task Context_lists_the_rules_of_a_task_with_why_and_tokens()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(GatewayApp.BotKey);

        var context = await client.GetJsonAsync("/v1/context?task_class=staffing.fill");

        var item = context["items"]!.AsArray().Single(item => item!["id"]!.ToString() == "truth:fill-city-required")!;
        Assert.Equal(7, context["items"]!.AsArray().Count);
        Assert.Equal(
            ("truth_rule", "Rule fill-city-required: A fill is for a city.", "'staffing.fill' is under staffing.fill, and the rule does Reject where FieldEmpty contract.city", 126, 1.0),
            (item["kind"]!.ToString(), item["text"]!.ToString(), item["reason"]!.ToString(), item["tokens"]!.GetValue<int>(), item["score"]!.GetValue<double>()));
        Assert.Equal("""{"name":"truth","found":7,"note":null}""", context["sources"]!.AsArray().Single(source => source!["name"]!.ToString() == "truth")!.ToJsonString());
    }

    private static async Task<JsonNode> CheckAsync(HttpClient client, string? taskClass, string context)
    {
        var body = new JsonObject { ["task_class"] = taskClass, ["context"] = JsonNode.Parse(context) };
        using var response = await client.PostAsync("/v1/truth/check", new StringContent(body.ToJsonString()), TestContext.Current.CancellationToken);
        var answer = await response.JsonAsync();
        Assert.True(response.IsSuccessStatusCode, answer.ToJsonString());
        return answer;
    }
}
