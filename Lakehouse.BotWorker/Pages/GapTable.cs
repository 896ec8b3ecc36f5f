using System.Text.Json;
using Lakehouse.BotWorker.Api;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker.Pages;

/// <summary>Every gap with where it stands, its last outcomes, what it cost, and what a person can do.</summary>
internal static class GapTable
{
    private static readonly (CycleDepth Depth, string Says)[] DryRuns =
    [
        (CycleDepth.List, "List: what the plan has; costs nothing"),
        (CycleDepth.Propose, "Propose: one paid call, judged, not applied"),
        (CycleDepth.Rehearse, "Rehearse: everything but the push"),
    ];

    public static void Render(Html html, IReadOnlyList<GapView> gaps, bool isPaused)
    {
        html.Add($"""<div class="lh-actions">""");
        Post(html, "next", "btn-sm btn-primary", "Enqueue next by policy", gap: null, CycleDepth.Full, isPaused);
        Menu(html, "next-dry", gap: null, DryRuns, isPaused);
        html.Add($"""</div><div class="table-responsive"><table class="table lh-stack" aria-label="Gaps"><thead><tr><th scope="col">Gap</th><th scope="col">State</th><th scope="col">Last outcomes</th><th scope="col" class="lh-number">Attempts</th><th scope="col" class="lh-number">Cost so far</th><th scope="col">Pull request</th><th scope="col">Actions</th></tr></thead><tbody>""");
        foreach (var gap in gaps)
        {
            Row(html, gap, isPaused);
        }

        html.Add($"</tbody></table></div>");
    }

    private static void Row(Html html, GapView gap, bool isPaused)
    {
        var state = CycleStore.Text(gap.State);
        html.Add($"""<tr><td class="lh-line">{LinkedText.Line(gap.Line)}<br><small><code>{gap.GapId}</code> {GapReader.PrdPath}:{gap.LineNumber}</small></td>""");
        html.Add($"""<td class="lh-line"><span class="lh-state" data-state="{state}">{state.Replace('_', ' ')}</span>""");
        if (gap.Why is { } why)
        {
            html.Add($"<br><small>").Linked(why, gap.PrUrl is { } url ? [url] : []).Add($"</small>");
        }

        html.Add($"""</td><td data-column="Last outcomes">""");
        Outcomes(html, gap);
        html.Add($"""</td><td class="lh-number" data-column="Attempts">{gap.Attempts}</td><td class="lh-number" data-column="Cost so far">{PullRequestText.Usd(gap.CostNanoUsd)}</td><td data-column="Pull request">""");
        html.Link(gap.PrUrl, gap.PrUrl is null ? "" : "open").Add($"""</td><td><div class="lh-actions">""");
        if (gap.State == GapState.Parked)
        {
            html.Add($"""<button type="button" class="btn btn-sm btn-warning" data-key="{gap.GapId}" data-post="/api/gaps/{gap.GapId}/unpark" aria-label="{Named("Unpark", gap)}">Unpark</button>""");
        }
        else
        {
            Post(html, gap.GapId, "btn-sm btn-primary", "Enqueue", gap, CycleDepth.Full, isPaused);
            Menu(html, $"{gap.GapId}-dry", gap, DryRuns[1..], isPaused);
        }

        html.Add($"</div></td></tr>");
    }

    private static void Outcomes(Html html, GapView gap)
    {
        if (gap.Latest.Count == 0)
        {
            html.Add($"not tried yet");
            return;
        }

        html.Add($"""<ul class="lh-outcomes">""");
        foreach (var cycle in gap.Latest)
        {
            html.Add($"""<li title="{cycle.Reason}"><a href="{DashboardPages.PathOf(cycle.CycleId)}">{cycle.Outcome.ToText()}</a> <small>{(DateTimeOffset?)cycle.At:MM-dd HH:mm}</small></li>""");
        }

        html.Add($"</ul>");
    }

    private static void Menu(Html html, string key, GapView? gap, IReadOnlyList<(CycleDepth Depth, string Says)> depths, bool isPaused)
    {
        html.Add($"""<details class="lh-menu" data-key="{key}"><summary class="btn btn-sm btn-default" data-key="{key}-menu" aria-label="{Named("Dry run", gap)}">Dry run</summary><div>""");
        foreach (var (depth, says) in depths)
        {
            Post(html, $"{key}-{CycleStore.Text(depth)}", "btn-sm btn-default", says, gap, depth, isPaused);
        }

        html.Add($"</div></details>");
    }

    private static void Post(Html html, string key, string look, string text, GapView? gap, CycleDepth depth, bool isPaused)
    {
        var body = JsonSerializer.Serialize(new { gap_id = gap?.GapId, depth = CycleStore.Text(depth) }, LakehouseJson.Options);
        // all but the list look at the pause
        var done = isPaused && depth != CycleDepth.List ? "The bot is paused, so this ends as skipped_pause:"
            : depth == CycleDepth.Full ? "Enqueued:"
            : $"Enqueued as a dry run ({CycleStore.Text(depth)}):";
        html.Add($"""<button type="button" class="btn {look}" data-key="{key}" data-post="/api/cycles" data-body="{body}" data-done="{done}" aria-label="{Named(text, gap)}">{text}</button>""");
    }

    // the same words are in every row, and whoever hears them must know of which
    private static string Named(string text, GapView? gap) => gap is null ? text : $"{text}, gap {LinkedText.Line(gap.Line)}";
}
