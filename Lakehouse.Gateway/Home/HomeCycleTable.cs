namespace Lakehouse.Gateway.Home;

/// <summary>The last cycles as a table, with their pull requests and traces.</summary>
internal static class HomeCycleTable
{
    public static void Add(Html html, HomeView view)
    {
        if (!view.ShowsCycles)
        {
            return;
        }

        html.Add($"<h2>Last cycles</h2>");
        if (view.Cycles is not { } cycles)
        {
            html.Add($"""<p class="note">The worker at {view.Links.Worker.AbsoluteUri} does not tell its cycles.</p>""");
            return;
        }

        if (cycles.Count == 0)
        {
            html.Add($"""<p>None yet. <a href="{view.Links.Worker.AbsoluteUri}">The worker's pages</a> enqueue one.</p>""");
            return;
        }

        html.Add($"""<div class="wide"><table><tr><th>time, UTC</th><th>cycle</th><th>gap</th><th>outcome</th><th>pull request</th><th>trace</th></tr>""");
        foreach (var cycle in cycles)
        {
            html.Add($"""<tr><td>{cycle.EnqueuedAt:MM-dd HH:mm:ss}</td><td class="id"><a href="{view.Links.Cycle(cycle.CycleId ?? "")}">{cycle.CycleId}</a></td><td>{cycle.GapLine}</td>""");
            html.Add($"""<td>{cycle.Outcome ?? (cycle.StartedAt is null ? "waits" : "runs")}{(cycle.DryRun ? " (dry run)" : "")}</td><td class="id">""");
            // whatever a forge said: only an address that a browser opens as a page becomes a link
            if (cycle.PrUrl is { } pull)
            {
                _ = Uri.TryCreate(pull, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
                    ? html.Add($"""<a href="{pull}" rel="noreferrer">{pull}</a>""")
                    : html.Add($"<code>{pull}</code>");
            }

            html.Add($"""</td><td class="id">""");
            view.Links.AddTrace(html, cycle.TraceId);
            html.Add($"</td></tr>");
        }

        html.Add($"</table></div>");
    }
}
