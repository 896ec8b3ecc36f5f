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

    public static void Render(Html html, IReadOnlyList<GapView> gaps)
    {
        html.Add($"""<div class="lh-actions">""");
        Post(html, "next", "btn-sm btn-primary", "Enqueue next by policy", gapId: null, CycleDepth.Full, label: null);
        Menu(html, "next-dry", gapId: null, DryRuns);
        html.Add($"""</div><div class="table-responsive"><table class="table"><thead><tr><th scope="col">Gap</th><th scope="col">State</th><th scope="col">Last outcomes</th><th scope="col" class="lh-number">Attempts</th><th scope="col" class="lh-number">Cost so far</th><th scope="col">Pull request</th><th scope="col">Actions</th></tr></thead><tbody>""");
        foreach (var gap in gaps)
        {
            Row(html, gap);
        }

        html.Add($"</tbody></table></div>");
    }

    private static void Row(Html html, GapView gap)
    {
        var state = CycleStore.Text(gap.State);
        html.Add($"""<tr><td class="lh-line">{gap.Line}<br><small><code>{gap.GapId}</code> {GapReader.PrdPath}:{gap.LineNumber}</small></td>""");
        html.Add($"""<td class="lh-line"><span class="lh-state" data-state="{state}">{state.Replace('_', ' ')}</span>""");
        if (gap.Why is { } why)
        {
            html.Add($"<br><small>{why}</small>");
        }

        html.Add($"</td><td>");
        Outcomes(html, gap);
        html.Add($"""</td><td class="lh-number">{gap.Attempts}</td><td class="lh-number">{PullRequestText.Usd(gap.CostNanoUsd)}</td><td>""");
        html.Link(gap.PrUrl, gap.PrUrl is null ? "" : "open").Add($"""</td><td><div class="lh-actions">""");
        if (gap.State == GapState.Parked)
        {
            html.Add($"""<button type="button" class="btn btn-sm btn-warning" data-key="{gap.GapId}" data-post="/api/gaps/{gap.GapId}/unpark" aria-label="Unpark gap {gap.Line}">Unpark</button>""");
        }
        else
        {
            Post(html, gap.GapId, "btn-sm btn-primary", "Enqueue", gap.GapId, CycleDepth.Full, $"Enqueue gap {gap.Line}");
            Menu(html, $"{gap.GapId}-dry", gap.GapId, DryRuns[1..]);
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

    private static void Menu(Html html, string key, string? gapId, IReadOnlyList<(CycleDepth Depth, string Says)> depths)
    {
        html.Add($"""<details class="lh-menu" data-key="{key}"><summary class="btn btn-sm btn-default" data-key="{key}-menu">Dry run</summary><div>""");
        foreach (var (depth, says) in depths)
        {
            Post(html, $"{key}-{CycleStore.Text(depth)}", "btn-sm btn-default", says, gapId, depth, label: null);
        }

        html.Add($"</div></details>");
    }

    private static void Post(Html html, string key, string look, string text, string? gapId, CycleDepth depth, string? label)
    {
        var body = JsonSerializer.Serialize(new { gap_id = gapId, depth = CycleStore.Text(depth) }, LakehouseJson.Options);
        var done = depth == CycleDepth.Full ? "Enqueued:" : $"Enqueued as a dry run ({CycleStore.Text(depth)}):";
        html.Add($"""<button type="button" class="btn {look}" data-key="{key}" data-post="/api/cycles" data-body="{body}" data-done="{done}" aria-label="{label ?? text}">{text}</button>""");
    }
}
