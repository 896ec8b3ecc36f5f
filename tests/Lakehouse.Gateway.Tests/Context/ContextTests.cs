using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Context;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Tests.Sessions;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Context;

public sealed class ContextTests(TestPostgres postgres)
{
    // by the rule of budgets: 16 and the bytes of the role's JSON and of the content
    private const int UserToken = 16 + 6;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_session_there_is_nothing_and_it_says_so()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);

        using var response = await AskAsync(bot, """{"task_class":"bot.match","query":"welders","city":"Toledo","state":"OH","role":"welder","client":"Acme"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            """{"items":[],"dropped":[],"total_tokens":0,"max_tokens":4000,"sources":[{"name":"truth","found":0,"note":"no rule is for this task_class"},{"name":"session","found":0,"note":"no session_id was given"},{"name":"memory","found":0,"note":"nothing known has anything of it"},{"name":"playbooks","found":0,"note":"no playbook is of this task and place"}]}""",
            (await response.JsonAsync()).ToJsonString());
    }

    [Fact]
    public void Unknown_field_of_a_chats_context_is_named_as_it_was_sent()
    {
        var refusal = Assert.Throws<ApiError>(() => ContextAsk.Parse(JsonNode.Parse("""{"colour":"red"}""")));

        Assert.Equal("context has the unknown field \"colour\"; accepted are query, city, state, role, client, max_tokens.", refusal.Message);
    }

    [Fact]
    public async Task Latest_turns_that_fit_come_first_and_the_rest_is_named()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        var id = await SessionsTests.CreateAsync(bot);
        using var appended = await SessionsTests.AppendAsync(bot, id,
            """{"role":"user","content":"1"}""", $$"""{"role":"user","content":"{{new string('2', 100)}}"}""", """{"role":"user","content":"33"}""", """{"role":"user","content":"4"}""");

        var context = await bot.GetJsonAsync($"/v1/context?session_id={id}&query=x&max_tokens={(2 * UserToken) + 3 + 10}");

        var items = context["items"]!.AsArray();
        Assert.Equal([$"{id}#4-4", $"{id}#3-3"], items.Select(item => item!["id"]!.ToString()));
        Assert.Equal(["4", "33"], items.Select(item => item!["messages"]![0]!["content"]!.ToString()));
        Assert.Equal([UserToken + 1, UserToken + 2], items.Select(item => item!["tokens"]!.GetValue<int>()));
        Assert.Equal([1.0, 0.5], items.Select(item => item!["score"]!.GetValue<double>()));
        Assert.All(items, item => Assert.Equal(("session_turn", null), (item!["kind"]!.ToString(), item["text"]?.ToString())));
        Assert.All(items, item => Assert.InRange(item!["age_seconds"]!.GetValue<long>(), 0, 600));
        Assert.Equal("the latest turn of the session", items[0]!["reason"]!.ToString());
        Assert.Equal((2 * UserToken) + 3, context["total_tokens"]!.GetValue<int>());
        // the first would fit, but not without what comes between
        Assert.Equal(
            [$"{id}#2-2 takes {UserToken + 100} tokens, 10 were left", $"{id}#1-1 something that comes before it did not fit"],
            context["dropped"]!.AsArray().Select(item => $"{item!["id"]} {item["reason"]}"));
    }

    [Fact]
    public async Task Anothers_session_is_404()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        using var lab = gateway.As(GatewayApp.LabKey);
        var id = await SessionsTests.CreateAsync(bot);

        using var foreign = await AskAsync(lab, $$"""{"session_id":"{{id}}"}""");
        using var own = await AskAsync(bot, $$"""{"session_id":"{{id}}"}""");

        Assert.Equal((HttpStatusCode.NotFound, "session_not_found"), (foreign.StatusCode, await foreign.ErrorCodeAsync()));
        Assert.Equal("the session has no messages", (await own.JsonAsync())["sources"]![1]!["note"]!.ToString());
    }

    [Fact]
    public async Task Bad_field_or_parameter_is_named()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);

        foreach (var (asked, param) in new[]
        {
            ("{}", "query"), ("[]", "body"), ("""{"query":7}""", "query"), ("""{"query":"x","max_tokens":0}""", "max_tokens"), ("""{"query":"x","max_tokens":"9"}""", "max_tokens"),
            ("""{"query":"x","country":"US"}""", "country"), ("""{"query":"x","city":["Toledo"]}""", "city"),
            ("", "query"), ("?query=x&max_tokens=many", "max_tokens"), ("?query=x&query=y", "query"), ("?query=x&country=US", "country"),
        })
        {
            using var response = asked is ['{' or '[', ..] ? await AskAsync(bot, asked) : await bot.GetAsync($"/v1/context{asked}", Cancelled);

            Assert.Equal((asked, HttpStatusCode.BadRequest), (asked, response.StatusCode));
            Assert.Equal((asked, param), (asked, (await response.JsonAsync())["error"]!["param"]!.ToString()));
        }
    }

    [Fact]
    public async Task Production_needs_a_key()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["environment"] = "Production" });
        using var keyless = gateway.As(null);

        using var asked = await AskAsync(keyless, """{"query":"x"}""");
        using var read = await keyless.GetAsync("/v1/context?query=x", Cancelled);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (asked.StatusCode, read.StatusCode));
    }

    [Fact]
    public async Task Configured_size_holds_where_neither_the_question_nor_a_profile_says_another()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["Context:MaxTokens"] = "321" });
        using var bot = gateway.As(GatewayApp.BotKey);

        using var asked = await AskAsync(bot, """{"query":"x"}""");

        Assert.Equal((321, 321, 7), (Size(await asked.JsonAsync()), Size(await bot.GetJsonAsync("/v1/context?query=x")), Size(await bot.GetJsonAsync("/v1/context?query=x&max_tokens=7"))));

        static int Size(JsonNode context) => context["max_tokens"]!.GetValue<int>();
    }

    [Fact]
    public async Task Sources_compete_by_score_and_only_one_without_gaps_is_cut_off()
    {
        var (frame, item) = (ContextBlock.FrameTokens(null), ContextBlock.Tokens(Known.Text("r1", 50), null));
        var builder = new ContextBuilder([new Known("rules", false, Known.Text("r1", 50), Known.Text("r2", 20)), new Known("session", true, Known.Said("s1", 1, 10), Known.Said("s2", 0.55, 10_000), Known.Said("s3", 0.3, 10))], TimeProvider.System);

        var built = await builder.BuildAsync(new("bot", null, "x", null, null, null, null, null, 10 + frame + (2 * item)), Cancelled);

        Assert.Equal(["s1", "r1", "r2"], built.Items.Select(item => item.Id));
        Assert.Equal(["s2", "s3"], built.Dropped.Select(item => item.Id));
        Assert.Equal(10 + frame + (2 * item), built.TotalTokens);
    }

    private static Task<HttpResponseMessage> AskAsync(HttpClient client, string body) => client.PostAsync("/v1/context", new StringContent(body), Cancelled);

    private sealed class Known(string name, bool isContiguous, params ContextItem[] items) : IContextSource
    {
        public string Name => name;

        public bool IsContiguous => isContiguous;

        /// <param name="percent">Its score.</param>
        public static ContextItem Text(string id, int percent) => new(id, "rule", "t", null, "because", percent / 100.0, 0, 0);

        public static ContextItem Said(string id, double score, long tokens) => new(id, "session_turn", null, [], "because", score, tokens, 0);

        public Task<ContextFindings> FindAsync(ContextQuestion question, CancellationToken cancellationToken) => Task.FromResult(new ContextFindings(items, null));
    }
}
