using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Cycles.Steps;

namespace Lakehouse.BotWorker.Pages;

/// <summary>The page Bot's content, in parts that are replaced one by one when they change.</summary>
internal static class BotFragment
{
    public static string Render(BotView view, BotOptions options)
    {
        // sooner while something is going on
        var refresh = view.Cycles.Any(cycle => cycle.FinishedAt is null) ? 500 : 2000;
        var html = new Html().Add($"""<div data-refresh="{refresh}"><p>Target repository <code>{view.Repository}</code></p>""");
        html.Add($"""<div data-part="pause">""");
        Pause(html, view);
        html.Add($"""</div><div data-part="budget"><h3 tabindex="-1">Today's budget</h3>""");
        Budget(html, view);
        html.Add($"""</div><div data-part="gaps"><h3 tabindex="-1">Gaps</h3>""");
        if (view.ForgeProblem is { } problem)
        {
            html.Add($"""<div class="alert alert-warning">The forge cannot be asked, so pull requests are shown as they were last known, and a cycle would end as pr_failed before anything is paid. {problem}</div>""");
        }

        if (view.Gaps.Count == 0)
        {
            NoGap(html, view);
        }
        else
        {
            GapTable.Render(html, view.Gaps, view.PausedSince is not null || view.HasPauseFile);
        }

        html.Add($"""</div><div data-part="cycles"><h3 tabindex="-1">Latest cycles</h3>""");
        Cycles(html, view, options);
        return html.Add($"</div></div>").ToString();
    }

    private static void Pause(Html html, BotView view)
    {
        if (view.HasPauseFile)
        {
            html.Add($"""<div class="alert alert-warning">Paused: the file <code>{CheckPause.FileName}</code> is in the repository's root. Delete it to go on.</div>""");
        }

        if (view.PausedSince is { } since)
        {
            html.Add($"""<div class="alert alert-warning">Paused since {(DateTimeOffset?)since:yyyy-MM-dd HH:mm} UTC. Cycles that are enqueued end at once as skipped_pause. <button type="button" class="btn btn-sm btn-success" data-key="pause" data-post="/api/resume" data-done="Resumed: cycles start again.">Resume</button></div>""");
        }
        else
        {
            html.Add($"""<p><button type="button" class="btn btn-sm btn-default" data-key="pause" data-post="/api/pause" data-done="Paused: cycles that are enqueued end as skipped_pause; one in flight goes on.">Pause</button> <small>keeps cycles from starting; one in flight goes on</small></p>""");
        }
    }

    private static void Budget(Html html, BotView view)
    {
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
            // the words beside the bar: in it they would need room that nothing was used for
            html.Add($"""<div class="lh-gauge" title="{used} of {most} {name}"><span>{name} {percent} %</span><div class="progress"><div class="progress-bar" role="progressbar" aria-label="{name} used" aria-valuenow="{percent}" aria-valuemin="0" aria-valuemax="100" style="width: {percent}%"></div></div></div>""");
        }
    }

    private static string Cap(long? cap) => cap?.ToString() ?? "unlimited";

    private static void NoGap(Html html, BotView view)
    {
        if (Directory.Exists(view.Repository))
        {
            html.Add($"""<div class="alert alert-info">There is no gap to work on. Write a line such as <code>- [ ] Say what is missing [bot-eligible]</code> into <code>{GapReader.PrdPath}</code> of the target repository, commit it, and it appears here.</div>""");
        }
        else
        {
            html.Add($"""<div class="alert alert-danger">The target repository <code>{view.Repository}</code> is not there. Put it back, or start with another one.</div>""");
        }
    }

    private static void Cycles(Html html, BotView view, BotOptions options)
    {
        if (view.Cycles.Count == 0)
        {
            html.Add($"<p>None yet. Enqueue one above.</p>");
            return;
        }

        var pulls = view.Gaps.Select(gap => gap.PrUrl).Concat(view.Cycles.Select(cycle => cycle.PrUrl)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        html.Add($"""<div class="table-responsive"><table class="table lh-stack" aria-label="Latest cycles"><thead><tr><th scope="col">Cycle</th><th scope="col">Gap</th><th scope="col">Outcome</th><th scope="col">Reason</th><th scope="col">Pull request</th><th scope="col">Trace</th></tr></thead><tbody>""");
        foreach (var cycle in view.Cycles)
        {
            html.Add($"""<tr><td class="lh-id"><a href="{DashboardPages.PathOf(cycle.CycleId)}">{cycle.CycleId}</a></td><td class="lh-line">{LinkedText.Line(cycle.GapLine ?? cycle.GapId ?? "")}</td><td>{Outcome(cycle)}""");
            if (cycle.FinishedAt is null)
            {
                html.Add($""" <button type="button" class="btn btn-xs btn-default" data-key="cancel-{cycle.CycleId}" data-post="/api/cycles/{cycle.CycleId}/cancel" aria-label="Cancel cycle {cycle.CycleId}">Cancel</button>""");
            }

            html.Add($"""</td><td class="lh-line">""").Linked(cycle.Reason, pulls).Add($"""</td><td data-column="Pull request">""");
            html.Link(cycle.PrUrl, cycle.PrUrl is null ? "" : "open");
            html.Add($"""</td><td class="lh-id" data-column="Trace">""").Link(options.TraceLink(cycle.TraceId), cycle.TraceId[..8]).Add($"</td></tr>");
        }

        html.Add($"</tbody></table></div>");
    }

    private static string Outcome(CycleSummary cycle)
    {
        var state = cycle.Outcome?.ToText() ?? (cycle.StartedAt is null ? "waiting" : "running");
        return cycle.DryRun ? $"{state} (dry run: {CycleStore.Text(cycle.Depth)})" : state;
    }
}
