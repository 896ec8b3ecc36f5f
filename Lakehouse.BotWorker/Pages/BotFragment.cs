using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Cycles.Steps;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker.Pages;

internal static class BotFragment
{
    public static string Render(BotView view, BotOptions options)
    {
        var html = new Html().Add($"""<div data-refresh="2000"><p>Target repository <code>{view.Repository}</code></p>""");
        Pause(html, view);
        Budget(html, view);
        Gaps(html, view);
        Cycles(html, view, options);
        return html.Add($"</div>").ToString();
    }

    private static void Pause(Html html, BotView view)
    {
        if (view.HasPauseFile)
        {
            html.Add($"""<div class="alert alert-warning">Paused: the file <code>{CheckPause.FileName}</code> is in the repository's root. Delete it to go on.</div>""");
        }

        if (view.PausedSince is { } since)
        {
            html.Add($"""<div class="alert alert-warning">Paused since {(DateTimeOffset?)since:yyyy-MM-dd HH:mm} UTC. Cycles that are enqueued end at once as skipped_pause. <button class="btn btn-sm btn-success" data-post="/api/resume">Resume</button></div>""");
        }
        else
        {
            html.Add($"""<p><button class="btn btn-sm btn-default" data-post="/api/pause">Pause</button> <small>keeps cycles from starting; one in flight goes on</small></p>""");
        }
    }

    private static void Budget(Html html, BotView view)
    {
        html.Add($"<h3>Today's budget</h3>");
        if (view.Budget is not { } budget)
        {
            html.Add($"""<div class="alert alert-danger">The gateway cannot be asked, so a cycle would end as model_failed without a call. {view.GatewayProblem} Is it running? Its state is on the Aspire dashboard.</div>""");
            return;
        }

        Gauge(html, "calls", budget.Used.Calls + budget.Held.Calls, budget.Caps.Calls);
        Gauge(html, "tokens", budget.Used.Tokens + budget.Held.Tokens, budget.Caps.Tokens);
        var left = budget.ResetsAt > view.Now ? budget.ResetsAt - view.Now : TimeSpan.Zero;
        html.Add($"<p>bot {budget.Used.Calls}/{Cap(budget.Caps.Calls)} calls, {budget.Used.Tokens}/{Cap(budget.Caps.Tokens)} tokens, resets in {(int)left.TotalHours} h {left.Minutes} m</p>");
    }

    private static void Gauge(Html html, string name, long used, long? cap)
    {
        if (cap is > 0 and var most)
        {
            var percent = Math.Clamp(used * 100 / most, 0, 100);
            html.Add($"""<div class="progress" title="{used} of {most} {name}"><div class="progress-bar" role="progressbar" aria-label="{name} used" aria-valuenow="{percent}" aria-valuemin="0" aria-valuemax="100" style="width: {percent}%">{name} {percent} %</div></div>""");
        }
    }

    private static string Cap(long? cap) => cap?.ToString() ?? "unlimited";

    private static void Gaps(Html html, BotView view)
    {
        html.Add($"<h3>Gaps</h3>");
        if (view.Gaps.Count == 0)
        {
            html.Add($"""<div class="alert alert-info">There is no gap to work on. Write a line such as <code>- [ ] Say what is missing [bot-eligible]</code> into <code>{GapReader.PrdPath}</code> of the target repository, commit it, and it appears here.</div>""");
            return;
        }

        html.Add($"""<p><button class="btn btn-primary" data-post="/api/cycles" data-body="{"{}"}">Enqueue next by policy</button></p>""");
        html.Add($"""<div class="table-responsive"><table class="table"><thead><tr><th>Id</th><th>Line</th><th>Last outcome</th><th>Pull request</th><th></th></tr></thead><tbody>""");
        foreach (var gap in view.Gaps)
        {
            html.Add($"""<tr><td><code>{gap.GapId}</code></td><td>{gap.Line}<br><small>{GapReader.PrdPath}:{gap.LineNumber}</small></td><td title="{gap.LastReason}">{gap.LastOutcome?.ToText() ?? "not tried yet"}</td><td>""");
            html.Link(gap.PrUrl, gap.PrUrl is null ? "" : "open");
            html.Add($$"""</td><td><button class="btn btn-sm btn-primary" data-post="/api/cycles" data-body="{{$"{{\"gap_id\":\"{gap.GapId}\"}}"}}">Enqueue</button></td></tr>""");
        }

        html.Add($"</tbody></table></div>");
    }

    private static void Cycles(Html html, BotView view, BotOptions options)
    {
        html.Add($"<h3>Latest cycles</h3>");
        if (view.Cycles.Count == 0)
        {
            html.Add($"<p>None yet. Enqueue one above.</p>");
            return;
        }

        html.Add($"""<div class="table-responsive"><table class="table"><thead><tr><th>Cycle</th><th>Gap</th><th>Outcome</th><th>Reason</th><th>Pull request</th><th>Trace</th></tr></thead><tbody>""");
        foreach (var cycle in view.Cycles)
        {
            html.Add($"<tr><td>");
            html.Add($"""<a href="/hangfire/jobs/details/{Uri.EscapeDataString(cycle.JobId ?? "")}">{cycle.CycleId}</a></td><td>{cycle.GapLine ?? cycle.GapId ?? ""}</td>""");
            html.Add($"<td>{Outcome(cycle)}</td><td>{cycle.Reason}</td><td>");
            html.Link(cycle.PrUrl, cycle.PrUrl is null ? "" : "open");
            html.Add($"</td><td>").Link(options.TraceLink(cycle.TraceId), cycle.TraceId[..8]).Add($"</td></tr>");
        }

        html.Add($"</tbody></table></div>");
    }

    private static string Outcome(CycleSummary cycle)
    {
        var state = cycle.Outcome?.ToText() ?? (cycle.StartedAt is null ? "waiting" : "running");
        return cycle.DryRun ? $"{state} (dry run)" : state;
    }
}
