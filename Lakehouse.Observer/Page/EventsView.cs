using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Lakehouse.Observer.Stats;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Observer.Page;

/// <summary>The page's HTML. Everything that came with an event is encoded; a link is made of http and https only.</summary>
internal static class EventsView
{
    public static string Document(StatsView stats, Uri? dashboard) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Lakehouse observer</title>
        <link rel="stylesheet" href="/page.css">
        <script src="/page.js" defer></script>
        </head>
        <body>
        <header><h1>Observer</h1><p id="state" role="status">live</p></header>
        <main id="live" data-source="{Encode(stats.Source)}">{Fragment(stats, dashboard)}</main>
        </body>
        </html>
        """;

    /// <param name="dashboard">The Aspire dashboard; null = there is none, and traces are not linked.</param>
    public static string Fragment(StatsView stats, Uri? dashboard)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <dl class="numbers">
            <div><dt>events</dt><dd>{stats.Total}</dd></div>
            <div><dt>ok</dt><dd>{stats.Successes}</dd></div>
            <div><dt>failed</dt><dd>{stats.Failures}</dd></div>
            <div><dt>dry runs</dt><dd>{stats.DryRuns}</dd></div>
            <div><dt>cycles that opened a draft</dt><dd>{stats.PrLanding.Landed} of {stats.PrLanding.Cycles}</dd></div>
            </dl>
            """);
        Note(html, stats);
        Counts(html, "Sources", "all", stats.BySource, source => $"/?source={Uri.EscapeDataString(source)}", stats.Source is null ? null : "/");
        Counts(html, "Outcomes", null, stats.Outcomes, null, null);
        Recent(html, stats, dashboard);
        return html.ToString();
    }

    private static void Note(StringBuilder html, StatsView stats)
    {
        if (stats.PrLanding.Note is { } note)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Encode(note)}</p>");
        }

        if (stats.CorruptRows > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{stats.CorruptRows} stored rows cannot be read and are left out; the log names them.</p>");
        }
    }

    private static void Counts(StringBuilder html, string title, string? back, IReadOnlyDictionary<string, long> counts, Func<string, string>? link, string? backLink)
    {
        if (counts.Count == 0)
        {
            return;
        }

        html.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2><ul class=\"counts\">");
        foreach (var (name, count) in counts)
        {
            var shown = link is null ? Encode(name) : $"<a href=\"{Encode(link(name))}\">{Encode(name)}</a>";
            html.Append(CultureInfo.InvariantCulture, $"<li>{shown} <b>{count}</b></li>");
        }

        html.Append(backLink is null ? "" : $"<li><a href=\"{backLink}\">{back}</a></li>").Append("</ul>");
    }

    private static void Recent(StringBuilder html, StatsView stats, Uri? dashboard)
    {
        html.Append("<h2>Latest events</h2>");
        if (stats.Recent.Count == 0)
        {
            html.Append("<p class=\"empty\">Nothing has happened yet. Events appear here as soon as a service sends one to <code>POST /event</code>; a bot cycle does so when it ends.</p>");
            return;
        }

        html.Append("<div class=\"scroll\"><table><thead><tr><th>when (UTC)</th><th>source</th><th>what</th><th>outcome</th><th>details</th><th>links</th></tr></thead><tbody>");
        foreach (var observed in stats.Recent)
        {
            html.Append(CultureInfo.InvariantCulture, $"""
                <tr class="{(observed.Ok ? "ok" : "failed")}"><td><time>{UtcMillisecondsConverter.ToText(observed.At)}</time></td><td>{Encode(observed.Source)}</td><td>{Encode(observed.Endpoint)}</td><td>{(observed.Ok ? "✓" : "✗")} {Encode(observed.Outcome)}{(DryRun.Is(observed) ? " <i>dry run</i>" : "")}</td><td>{Details(observed)}</td><td>{Links(observed, dashboard)}</td></tr>
                """);
        }

        html.Append("</tbody></table></div>");
    }

    private static string Details(ObserverEvent observed) => string.Join("<br>", new[]
    {
        observed.GapText is { } gap ? Encode(gap) : null,
        observed.Reason is { } reason ? $"<small>{Encode(reason)}</small>" : null,
        observed.CycleId is { } cycle ? $"<small>cycle <code>{Encode(cycle)}</code></small>" : null,
    }.OfType<string>());

    private static string Links(ObserverEvent observed, Uri? dashboard) => string.Join("<br>", new[]
    {
        Link(observed.PrUrl, "pull request"),
        dashboard is null || observed.TraceId is not { } trace ? null : Link($"{dashboard.AbsoluteUri.TrimEnd('/')}/traces/detail/{Uri.EscapeDataString(trace)}", "trace"),
    }.OfType<string>());

    private static string? Link(string? url, string text) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? $"<a href=\"{Encode(address.AbsoluteUri)}\" rel=\"noreferrer\">{text}</a>"
            : null;

    private static string Encode(string? text) => HtmlEncoder.Default.Encode(text ?? "");
}
