using System.Net;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Sessions;

public sealed class SessionsTests(TestPostgres postgres)
{
    private static readonly (string Method, string Path, string Body, string Param)[] BadInputs =
    [
        ("POST", "", "[]", "body"),
        ("POST", "", """{"colour":"red"}""", "colour"),
        ("POST", "", """{"title":7}""", "title"),
        ("POST", "", """{"title":""}""", "title"),
        ("POST", "", "{\"title\":\"a\\u0000b\"}", "title"),
        ("POST", "", "{\"title\":\"half \\ud83d\"}", "title"),
        ("POST", "", """{"metadata":[]}""", "metadata"),
        ("POST", "", "{\"metadata\":{\"x\":\"half \\ud83d\"}}", "metadata"),
        ("POST", "", $$$"""{"metadata":{"x":"{{{new string('x', 16 << 10)}}}"}}""", "metadata"),
        ("POST", "", """{"budget":7}""", "budget"),
        ("POST", "", """{"budget":{"calls":-1}}""", "budget.calls"),
        ("POST", "", """{"budget":{"tokens":1.5}}""", "budget.tokens"),
        ("POST", "", """{"budget":{"usd":1}}""", "usd"),
        ("GET", "?limit=0", "", "limit"),
        ("GET", "?limit=501", "", "limit"),
        ("GET", "?after=req_00000000000000000000000000000000", "", "after"),
        ("GET", "?colour=red", "", "colour"),
        ("GET", "/ID?after=-1", "", "after"),
        ("GET", "/ID?after=ses_1", "", "after"),
        ("PATCH", "/ID", "{}", "title"),
        ("PATCH", "/ID", """{"title":"x","messages":[]}""", "messages"),
        ("POST", "/ID/messages", "{}", "messages"),
        ("POST", "/ID/messages", """{"messages":[]}""", "messages"),
        ("POST", "/ID/messages", $$"""{"messages":[{{string.Join(',', Enumerable.Repeat("""{"role":"user","content":"x"}""", 101))}}]}""", "messages"),
        ("POST", "/ID/messages", """{"messages":[1]}""", "messages[0]"),
        ("POST", "/ID/messages", """{"messages":[{"role":"user","content":"x"},{"role":"king","content":"x"}]}""", "messages[1].role"),
        ("POST", "/ID/messages", """{"messages":[{"role":"user"}]}""", "messages[0].content"),
        ("POST", "/ID/messages", """{"messages":[{"role":"user","content":7}]}""", "messages[0].content"),
        ("POST", "/ID/messages", """{"messages":[{"role":"user","content":["x"]}]}""", "messages[0].content[0].type"),
        ("POST", "/ID/messages", """{"messages":[{"role":"tool","content":"x"}]}""", "messages[0].tool_call_id"),
        ("POST", "/ID/messages", """{"messages":[{"role":"user","content":"x","tool_calls":[{"id":"1","type":"function","function":{"name":"f"}}]}]}""", "messages[0].tool_calls"),
        ("POST", "/ID/messages", """{"messages":[{"role":"assistant","tool_calls":[]}]}""", "messages[0].tool_calls"),
        ("POST", "/ID/messages", """{"messages":[{"role":"assistant","tool_calls":[{"type":"function","function":{"name":"f"}}]}]}""", "messages[0].tool_calls[0].id"),
        ("POST", "/ID/messages", """{"messages":[{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{}}]}]}""", "messages[0].tool_calls[0].function.name"),
        ("POST", "/ID/messages", "{\"messages\":[{\"role\":\"user\",\"content\":\"half \\ud83d\"}]}", "messages[0]"),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_is_made_read_renamed_and_deleted()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);

        using var created = await SendAsync(bot, HttpMethod.Post, "", """{"title":"First","metadata":{"b":1,"a":"\u0000"},"budget":{"calls":3,"nano_usd":500}}""");
        var session = await created.JsonAsync();
        var id = session["id"]!.ToString();
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal($"/v1/sessions/{id}", created.Headers.Location!.ToString());
        Assert.Matches("^ses_[0-9a-f]{32}$", id);
        Assert.Equal("""{"calls":3,"tokens":null,"nano_usd":500}""", session["budget"]!.ToJsonString());
        Assert.Equal("""{"b":1,"a":"\u0000"}""", session["metadata"]!.ToJsonString());

        using var appended = await AppendAsync(bot, id, """{"role":"user","content":"Hello \u0000 there","name":"ann","odd":[1,2]}""", """{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]}""");
        Assert.Equal($$"""{"session_id":"{{id}}","first_seq":1,"last_seq":2}""", (await appended.JsonAsync()).ToJsonString());
        using var renamed = await SendAsync(bot, HttpMethod.Patch, $"/{id}", """{"title":null}""");
        Assert.Null((await renamed.JsonAsync())["title"]);

        var read = await bot.GetJsonAsync($"/v1/sessions/{id}");
        Assert.Equal(2, read["session"]!["message_count"]!.GetValue<long>());
        Assert.Equal("""{"role":"user","content":"Hello \u0000 there","name":"ann","odd":[1,2]}""", read["messages"]![0]!["message"]!.ToJsonString());
        Assert.False(read["has_more"]!.GetValue<bool>());

        using var deleted = await SendAsync(bot, HttpMethod.Delete, $"/{id}", "");
        Assert.Equal($$"""{"id":"{{id}}","object":"session","deleted":true}""", (await deleted.JsonAsync()).ToJsonString());
        using var gone = await SendAsync(bot, HttpMethod.Get, $"/{id}", "");
        Assert.Equal((HttpStatusCode.NotFound, "session_not_found"), (gone.StatusCode, await gone.ErrorCodeAsync()));
    }

    [Fact]
    public async Task Lists_and_messages_come_in_pages_without_gap_or_repeat()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        var ids = new List<string>();
        for (var index = 0; index < 5; index++)
        {
            ids.Add(await CreateAsync(bot));
        }

        var listed = new List<string>();
        string? after = null;
        do
        {
            var page = await bot.GetJsonAsync($"/v1/sessions?limit=2{(after is null ? "" : $"&after={after}")}");
            listed.AddRange(page["data"]!.AsArray().Select(session => session!["id"]!.ToString()));
            after = page["next_after"]?.ToString();
            Assert.Equal(after is not null, page["has_more"]!.GetValue<bool>());
        }
        while (after is not null);

        Assert.Equal(ids.OrderDescending(StringComparer.Ordinal), listed);

        using var appended = await AppendAsync(bot, ids[0], [.. Enumerable.Range(1, 5).Select(number => $$"""{"role":"user","content":"{{number}}"}""")]);
        var first = await bot.GetJsonAsync($"/v1/sessions/{ids[0]}?limit=3");
        var rest = await bot.GetJsonAsync($"/v1/sessions/{ids[0]}?limit=3&after={first["next_after"]}");
        Assert.Equal(["1", "2", "3", "4", "5"], first["messages"]!.AsArray().Concat(rest["messages"]!.AsArray()).Select(message => message!["message"]!["content"]!.ToString()));
        Assert.Equal((true, false), (first["has_more"]!.GetValue<bool>(), rest["has_more"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Page_of_large_messages_ends_early_and_goes_on()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        var id = await CreateAsync(bot);
        var large = $$"""{"role":"user","content":"{{new string('x', (4 << 20) - 100)}}"}""";
        for (var index = 0; index < 6; index++)
        {
            using var appended = await AppendAsync(bot, id, large);
            Assert.Equal(HttpStatusCode.OK, appended.StatusCode);
        }

        var first = await bot.GetJsonAsync($"/v1/sessions/{id}");
        var rest = await bot.GetJsonAsync($"/v1/sessions/{id}?after={first["next_after"]}");

        Assert.Equal(5, first["messages"]!.AsArray().Count);
        Assert.Equal(6, Assert.Single(rest["messages"]!.AsArray())!["seq"]!.GetValue<long>());
    }

    [Fact]
    public async Task Too_large_a_message_is_413_and_nothing_is_stored()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        var id = await CreateAsync(bot);

        using var refused = await AppendAsync(bot, id, """{"role":"user","content":"small"}""", $$"""{"role":"user","content":"{{new string('x', 4 << 20)}}"}""");

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "request_too_large"), (refused.StatusCode, await refused.ErrorCodeAsync()));
        Assert.Equal("messages[1]", (await refused.JsonAsync())["error"]!["param"]!.ToString());
        Assert.Empty((await bot.GetJsonAsync($"/v1/sessions/{id}"))["messages"]!.AsArray());
    }

    [Fact]
    public async Task Another_consumer_is_told_that_there_is_no_such_session()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        using var lab = gateway.As(GatewayApp.LabKey);
        var id = await CreateAsync(bot);

        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Get, $"/{id}", ""), (HttpMethod.Patch, $"/{id}", """{"title":"mine"}"""), (HttpMethod.Delete, $"/{id}", ""),
            (HttpMethod.Post, $"/{id}/messages", """{"messages":[{"role":"user","content":"x"}]}"""),
        })
        {
            using var response = await SendAsync(lab, method, path, body);
            Assert.Equal((method, HttpStatusCode.NotFound, "session_not_found"), (method, response.StatusCode, await response.ErrorCodeAsync()));
        }

        Assert.Empty((await lab.GetJsonAsync("/v1/sessions"))["data"]!.AsArray());
        var kept = await bot.GetJsonAsync($"/v1/sessions/{id}");
        Assert.Equal((null, 0), (kept["session"]!["title"]?.ToString(), kept["session"]!["message_count"]!.GetValue<long>()));
    }

    [Fact]
    public async Task Bad_input_names_the_field()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(null);
        var id = await CreateAsync(client);

        foreach (var (method, path, body, param) in BadInputs)
        {
            using var response = await SendAsync(client, new(method), path.Replace("ID", id, StringComparison.Ordinal), body);

            Assert.Equal((param, HttpStatusCode.BadRequest), (param, response.StatusCode));
            Assert.Equal((body, param), (body, (await response.JsonAsync())["error"]!["param"]!.ToString()));
        }

        Assert.Single((await client.GetJsonAsync("/v1/sessions"))["data"]!.AsArray());
        Assert.Empty((await client.GetJsonAsync($"/v1/sessions/{id}"))["messages"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":null,"refusal":"No."}""")]
    [InlineData("""{"role":"assistant","content":null}""")]
    public async Task Answer_without_content_is_kept_as_it_is(string answer)
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(null);
        var id = await CreateAsync(client);

        using var response = await SendAsync(client, HttpMethod.Post, $"/{id}/messages", $$"""{"messages":[{{answer}}]}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(answer, (await client.GetJsonAsync($"/v1/sessions/{id}"))["messages"]![0]!["message"]!.ToJsonString());
    }

    [Fact]
    public async Task Production_needs_a_key()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["environment"] = "Production" });
        using var keyless = gateway.As(null);

        foreach (var (method, path) in new[] { ("POST", ""), ("GET", ""), ("GET", "/ses_1"), ("POST", "/ses_1/messages"), ("PATCH", "/ses_1"), ("DELETE", "/ses_1") })
        {
            using var response = await SendAsync(keyless, new(method), path, "{}");
            Assert.Equal((method + path, HttpStatusCode.Unauthorized), (method + path, response.StatusCode));
        }
    }

    internal static async Task<string> CreateAsync(HttpClient client)
    {
        using var created = await SendAsync(client, HttpMethod.Post, "", "{}");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        return (await created.JsonAsync())["id"]!.ToString();
    }

    internal static Task<HttpResponseMessage> AppendAsync(HttpClient client, string id, params string[] messages) =>
        SendAsync(client, HttpMethod.Post, $"/{id}/messages", $$"""{"messages":[{{string.Join(',', messages)}}]}""");

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string body) =>
        client.SendAsync(new HttpRequestMessage(method, $"/v1/sessions{path}") { Content = new StringContent(body) }, Cancelled);
}
