using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Gateway.Tests.Providers;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Home;

/// <summary>The bot's last cycles on the home page, as the worker tells them.</summary>
public sealed class HomeCycleTests(TestPostgres postgres)
{
    private const string Cycles = """
        [{"cycle_id":"20261122T101500Z-abcdef","depth":"full","dry_run":false,"job_id":"7","trace_id":"0af7651916cd43dd8448eb211c80319c","gap_id":"g","gap_line":"- Quarter hours <b>","enqueued_at":"2026-11-22T10:15:00.000Z",
          "started_at":"2026-11-22T10:15:01.000Z","finished_at":"2026-11-22T10:16:00.000Z","outcome":"ok","reason":null,"pr_url":"http://localhost:3300/pulls/3"},
         {"cycle_id":"20261122T091500Z-abcdef","depth":"full","dry_run":true,"job_id":"6","trace_id":"1af7651916cd43dd8448eb211c80319c","gap_id":null,"gap_line":null,"enqueued_at":"2026-11-22T09:15:00.000Z",
          "started_at":null,"finished_at":null,"outcome":null,"reason":null,"pr_url":"javascript:alert(1)"}]
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cycles_have_links_to_their_pages_pull_requests_and_traces()
    {
        await using var worker = await StubServer.StartAsync((context, _) => Replay.AnswerText(Cycles)(context), Cancelled);
        await using var gateway = await StartAsync(worker.Url);
        using var admin = gateway.As(KeyCalls.OperatorKey);
        using var bot = gateway.As(GatewayApp.BotKey);
        using var ci = gateway.As((await admin.CreateAsync()).Text);

        var html = await bot.GetStringAsync("/", Cancelled);
        var others = await ci.GetStringAsync("/", Cancelled);

        Assert.Equal("/api/cycles?limit=5", worker.Requests.Single().PathAndQuery);
        Assert.Matches($"""<td>11-22 10:15:00</td><td class="id"><a href="{worker.Url}/hangfire/bot/cycles/20261122T101500Z-abcdef">20261122T101500Z-abcdef</a></td><td>- Quarter hours &lt;b&gt;</td>\s*<td>ok</td>""", html);
        Assert.Contains("<a href=\"http://localhost:3300/pulls/3\"", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"http://localhost:18888/traces/detail/0af7651916cd43dd8448eb211c80319c\"", html, StringComparison.Ordinal);
        Assert.Contains("<td>waits (dry run)</td><td class=\"id\"><code>javascript:alert(1)</code></td>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Quarter hours", others, StringComparison.Ordinal);
        Assert.DoesNotContain("Last cycles", others, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "[]", "None yet. <a href=")]
    [InlineData(403, "{}", "does not tell its cycles")]
    [InlineData(200, "<html>", "does not tell its cycles")]
    [InlineData(0, "", "does not tell its cycles")]
    public async Task Worker_that_is_away_or_has_none_is_said_and_the_rest_is_shown(int status, string answer, string said)
    {
        await using var worker = await StubServer.StartAsync((context, _) => status == 0 ? OllamaStub.HangAsync(context) : Replay.AnswerText(answer, status: status)(context), Cancelled);
        await using var gateway = await StartAsync(worker.Url);
        using var client = gateway.As(GatewayApp.BotKey);

        var html = await client.GetStringAsync("/", Cancelled);

        Assert.Contains(said, html, StringComparison.Ordinal);
        Assert.Contains("<h2>What to do next</h2>", html, StringComparison.Ordinal);
    }

    private Task<GatewayApp> StartAsync(string worker) =>
        GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: KeyCalls.Settings(("Worker:Url", worker), ("Dashboard:Url", "http://localhost:18888/")));
}
