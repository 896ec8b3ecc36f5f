using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Gateway.Tests.Routing;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Home;

public sealed class HomeTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fresh_installation_shows_its_state_and_what_to_do()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(null);
        using var response = await client.GetAsync("/", Cancelled);
        var html = await response.Content.ReadAsStringAsync(Cancelled);

        Assert.Equal((HttpStatusCode.OK, "text/html; charset=utf-8"), (response.StatusCode, response.Content.Headers.ContentType!.ToString()));
        Assert.Contains("""<tr><th>redis</th><td class="ok">answers</td>""", html, StringComparison.Ordinal);
        Assert.Contains("""<tr><th>postgres</th><td class="ok">answers</td>""", html, StringComparison.Ordinal);
        Assert.Matches("""<th>bot</th><td><meter min="0" max="20" value="0" title="0 of 20"></meter> 0/20 calls</td><td><meter [^>]*></meter> 0/160k tokens</td>.*resets in \d+ h \d+ m""", html);
        Assert.Matches("""<th>claude</th>.*key missing</span>: set <code>ANTHROPIC_API_KEY</code>""", html);
        Assert.Matches("""<th>ollama</th><td>ollama</td><td class="id">http://127.0.0.1:1</td><td>no</td><td><span class="ok">configured</span>""", html);
        Assert.Contains("None yet.", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"http://localhost:3300/\">", html, StringComparison.Ordinal);
        Assert.Contains("No provider lists a model.", html, StringComparison.Ordinal);
        Assert.Contains("<td>0.00, no cap</td>", html, StringComparison.Ordinal);
        // a table that is wider than the window scrolls by itself, and words stay whole
        Assert.Equal(Regex.Count(html, "<table>"), Regex.Count(html, "<div class=\"wide\"><table>"));
        Assert.Contains("td.id { min-width: 10rem; overflow-wrap: anywhere; }", Assert.Single(html.Split('\n'), line => line.Contains("anywhere", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ollama/scripted:latest", "nomic-embed-text:latest", "scripted:latest")]
    [InlineData("auto", "a:1b", "llama3.2:3b")]
    public async Task First_line_asks_a_model_that_is_installed_and_works_as_it_stands(string proposed, params string[] installed)
    {
        await using var model = await StubServer.StartAsync((context, body) =>
        {
            if (context.Request.Path == "/api/tags")
            {
                return context.Response.WriteAsJsonAsync(new { models = installed.Select(name => new { name }) }, Cancelled);
            }

            var asked = JsonNode.Parse(body)!;
            return installed.Contains(asked["model"]!.ToString(), StringComparer.Ordinal) ? OllamaStub.HelloAsync(context, asked) : ChainApp.Status(404)(context, asked);
        }, Cancelled);
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(null);

        var line = Regex.Match(WebUtility.HtmlDecode(await client.GetStringAsync("/", Cancelled)), "/v1/chat -d '([^']+)'", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;
        using var response = await client.PostAsync("/v1/chat", new StringContent(line), Cancelled);

        Assert.Equal((proposed, HttpStatusCode.OK), (JsonNode.Parse(line)!["model"]!.ToString(), response.StatusCode));
    }

    [Fact]
    public async Task Calls_are_listed_with_cost_and_links_newest_first()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new()
        {
            ["Providers:ollama_cloud:api_key"] = "k-0123456789", ["Dashboard:Url"] = "http://localhost:18888/", ["Worker:Url"] = "http://worker.example/",
        });
        using var bot = gateway.As(GatewayApp.BotKey);
        using var local = gateway.As(null);
        using var paid = await bot.ChatAsync(Calls.Hello("cloud/gpt-oss:20b"));
        using var refused = await bot.ChatAsync(Calls.Hello("claude/<b>&"));
        var (first, second) = (Id(paid), Id(refused));

        var html = await Eventually.GetAsync(() => local.GetStringAsync("/", Cancelled), page => page.Contains(first, StringComparison.Ordinal) && page.Contains(second, StringComparison.Ordinal), Cancelled);

        Assert.Matches($"""<td>bot</td><td class="id">ollama_cloud/gpt-oss:20b</td><td class="number">18</td><td class="number">0\.00000195</td><td class="ok">ok</td><td class="id"><a href="/v1/requests/{first}">{first}</a></td><td class="id"><a href="http://localhost:18888/traces/detail/[0-9a-f]+" """, html);
        Assert.Contains("""<td class="id">claude/&lt;b&gt;&amp;</td><td class="number">0</td><td class="number">0.00</td><td class="bad">refused: provider_not_configured</td>""", html, StringComparison.Ordinal);
        Assert.True(html.IndexOf(second, StringComparison.Ordinal) < html.IndexOf(first, StringComparison.Ordinal), "the newest is not first");
        Assert.Contains("1/20 calls", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"http://worker.example/\">", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_with_a_key_sees_its_own_budget_and_lines_with_a_key()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: KeyCalls.Settings(("environment", "Production")));
        using var bot = gateway.As(GatewayApp.BotKey);
        using var admin = gateway.As(KeyCalls.OperatorKey);

        var own = await bot.GetStringAsync("/", Cancelled);
        var all = await admin.GetStringAsync("/", Cancelled);

        Assert.Contains("<tr><th>bot</th>", own, StringComparison.Ordinal);
        Assert.DoesNotContain("<tr><th>lab</th>", own, StringComparison.Ordinal);
        Assert.Contains("-H &quot;authorization: Bearer $LAKEHOUSE_KEY&quot;", own, StringComparison.Ordinal);
        Assert.DoesNotContain(GatewayApp.BotKey, own, StringComparison.Ordinal);
        Assert.Contains("<tr><th>lab</th>", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Virtual_key_sees_the_requests_of_its_own_consumer_only()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: KeyCalls.Settings(("environment", "Production")));
        using var admin = gateway.As(KeyCalls.OperatorKey);
        using var bot = gateway.As(GatewayApp.BotKey);
        using var ci = gateway.As((await admin.CreateAsync()).Text);
        using var others = await bot.ChatAsync(Calls.Hello());
        using var othersRefused = await bot.ChatAsync(Calls.Hello("claude/other"));
        using var own = await ci.ChatAsync(Calls.Hello());
        string[] all = [Id(others), Id(othersRefused), Id(own)];

        await Eventually.TrueAsync(async () =>
        {
            var page = await admin.GetStringAsync("/", Cancelled);
            return all.All(id => page.Contains(id, StringComparison.Ordinal));
        }, Cancelled);
        var html = await ci.GetStringAsync("/", Cancelled);

        Assert.Contains(Id(own), html, StringComparison.Ordinal);
        Assert.DoesNotContain(Id(others), html, StringComparison.Ordinal);
        Assert.DoesNotContain(Id(othersRefused), html, StringComparison.Ordinal);
        Assert.DoesNotContain("claude/other", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Browser_without_a_key_is_told_so_and_may_send_one_as_a_password_here_only()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["environment"] = "Production" });
        using var client = gateway.As(null);
        using var refused = await client.GetAsync("/", Cancelled);
        var page = await refused.Content.ReadAsStringAsync(Cancelled);
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{GatewayApp.BotKey}")));
        using var admitted = await client.GetAsync("/", Cancelled);
        using var elsewhere = await client.GetAsync("/v1/usage", Cancelled);
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("me:wrong"u8));
        using var wrong = await client.GetAsync("/", Cancelled);

        Assert.Equal((HttpStatusCode.Unauthorized, "text/html; charset=utf-8"), (refused.StatusCode, refused.Content.Headers.ContentType!.ToString()));
        Assert.Contains("This page needs a key", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<th>redis</th>", page, StringComparison.Ordinal);
        Assert.Equal("Basic", refused.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (admitted.StatusCode, elsewhere.StatusCode, wrong.StatusCode));
    }

    [Fact]
    public async Task Page_of_another_site_or_name_is_not_shown_to_a_keyless_caller()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(null);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "evil.example" } };

        using var response = await client.SendAsync(rebound, Cancelled);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Redis_away_is_said_and_the_rest_is_shown()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["Budgets:StoreTimeout"] = "00:00:02" });
        using var client = gateway.As(null);
        await gateway.Redis.KillAsync();

        var html = await client.GetStringAsync("/", Cancelled);

        Assert.Contains("""<tr><th>redis</th><td class="bad">away</td>""", html, StringComparison.Ordinal);
        Assert.Contains("The counters are not known", html, StringComparison.Ordinal);
        Assert.Contains("None yet.", html, StringComparison.Ordinal);
        Assert.Contains("<th>ollama</th>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Postgres_away_is_said_and_the_rest_is_shown()
    {
        await using var wire = new PostgresRelay(await postgres.CreateGatewayDatabaseAsync(Cancelled));
        wire.Mend();
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["ConnectionStrings:lakehouse"] = wire.ConnectionString });
        using var client = gateway.As(null);
        await client.GetStringAsync("/", Cancelled);
        await wire.CutAsync();

        var html = await client.GetStringAsync("/", Cancelled);

        Assert.Contains("""<tr><th>postgres</th><td class="bad">away</td>""", html, StringComparison.Ordinal);
        Assert.Contains("The ledger cannot be read", html, StringComparison.Ordinal);
        Assert.Contains("/20 calls", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_circuit_is_shown_until_when()
    {
        await using var app = await ChainApp.StartAsync(postgres, "", null, "", ChainApp.Status(500));
        using var local = app.Gateway.As(null);
        for (var call = 0; call < 5; call++)
        {
            using var answer = await app.Client.ChatAsync(Calls.Hello("first/m"));
        }

        var html = await local.GetStringAsync("/", Cancelled);

        Assert.Matches("""<th>first</th>.*circuit open</span>: first/m is left alone until \d\d:\d\d:\d\d UTC""", html);
        Assert.Matches("""<th>second</th>.*<span class="ok">configured</span>""", html);
    }

    [Fact]
    public async Task Refused_configuration_is_shown_with_its_fault()
    {
        var file = TestConfig.Routing("[limits]\nmax_attempts = 3\n");
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { ["Routing:File"] = file });
        using var client = gateway.As(null);
        await client.GetStringAsync("/", Cancelled);
        await File.WriteAllTextAsync(file, "[limits]\nmax_attempts = \"<many>\"\n", Cancelled);

        var html = await Eventually.GetAsync(() => client.GetStringAsync("/", Cancelled), page => page.Contains("was not taken", StringComparison.Ordinal), Cancelled);

        Assert.Contains("routing.toml(2): limits.max_attempts is &#x27;&lt;many&gt;&#x27;", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_admits_the_pages_own_stylesheet_and_nothing_else()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var client = gateway.As(null);
        using var response = await client.GetAsync("/", Cancelled);
        var html = await response.Content.ReadAsStringAsync(Cancelled);

        var css = Regex.Match(html, "<style>(.*)</style>", RegexOptions.Singleline, TimeSpan.FromSeconds(1)).Groups[1].Value;
        var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(css)));
        Assert.Equal(
            $"default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'", response.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Theory]
    [InlineData("Dashboard:Url", "localhost:18888")]
    [InlineData("Worker:Url", "javascript:alert(1)")]
    public async Task Address_that_is_none_stops_the_start_and_names_the_key(string key, string value)
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new() { [key] = value });

        var problem = Assert.Throws<InvalidOperationException>(() => gateway.As(null));

        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{key} is '{value}'; accepted is an address such as http://localhost:18888."), problem.Message);
    }

    private static string Id(HttpResponseMessage response) => response.Headers.GetValues("x-lakehouse-request-id").Single();
}
