using Lakehouse.Testing;

namespace Lakehouse.Observer.Tests.Page;

public sealed class PageTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_of_nothing_says_what_will_come()
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));

        Assert.Contains("Nothing has happened yet", await app.Client.GetStringAsync("/", Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/live")]
    public async Task Page_shows_events_and_runs_nothing_that_they_bring(string path)
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));
        await app.AcceptAsync("""
            {"source":"<script>alert(1)</script>","endpoint":"\" onload=x","ok":false,"outcome":"<b>","reason":"</table><img src=x onerror=alert(1)>","pr_url":"javascript:alert(1)"}
            """);
        await app.AcceptAsync("""{"source":"bot","endpoint":"bot.cycle","ok":true,"outcome":"ok","gap_text":"Export a week","pr_url":"http://localhost:3300/pulls/1"}""");

        using var reply = await app.Client.GetAsync(path, Cancelled);
        var html = await reply.Content.ReadAsStringAsync(Cancelled);

        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("javascript:", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"http://localhost:3300/pulls/1\"", html, StringComparison.Ordinal);
        Assert.Contains("<dt>cycles that opened a draft</dt>", html, StringComparison.Ordinal);
        Assert.Contains("script-src 'self'", reply.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:18888/", "<a href=\"http://localhost:18888/traces/detail/4bf92f35\"")]
    [InlineData(null, null)]
    public async Task Event_shows_its_reason_and_cycle_and_links_its_trace_where_there_is_a_dashboard(string? dashboard, string? link)
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled), ("Dashboard:Url", dashboard));
        await app.AcceptAsync("""{"source":"bot","endpoint":"bot.cycle","ok":false,"outcome":"tests_failed","gap_text":"Export a week","reason":"1 of 3 tests failed","cycle_id":"20260422T031500Z-abc123","trace_id":"4bf92f35"}""");

        var html = await app.Client.GetStringAsync("/", Cancelled);

        Assert.All(["Export a week", "1 of 3 tests failed", "<code>20260422T031500Z-abc123</code>", link ?? "<td></td></tr>"], text => Assert.Contains(text, html, StringComparison.Ordinal));
        Assert.Equal(link is not null, html.Contains(">trace</a>", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/page.css", "text/css")]
    [InlineData("/page.js", "text/javascript")]
    public async Task Page_brings_its_own_files(string path, string type)
    {
        using var app = new ObserverApp(await postgres.CreateObserverDatabaseAsync(Cancelled));

        using var reply = await app.Client.GetAsync(path, Cancelled);

        Assert.Equal(type, reply.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(await reply.Content.ReadAsStringAsync(Cancelled));
    }
}
