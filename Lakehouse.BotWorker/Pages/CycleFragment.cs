using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Sandbox;

namespace Lakehouse.BotWorker.Pages;

/// <summary>A cycle's steps, progress, log and end, on its job's page.</summary>
internal static class CycleFragment
{
    private const int LongestOutput = 6_000;

    public static string Waiting { get; } = """<div data-refresh="1000"><h3>Cycle</h3><p>The job has not begun; the cycle appears here when it does.</p></div>""";

    public static string Render(CycleView view, IReadOnlyList<string> planned, BotOptions options)
    {
        var cycle = view.Cycle;
        var finished = cycle.FinishedAt is not null;
        var completed = view.Steps.Count(step => step.State != StepState.Running);
        var percent = finished ? 100 : completed * 100 / (planned.Count + 1);
        // a finished cycle does not change any more
        var html = new Html().Add($"""<div data-refresh="{(finished ? 0 : 1000)}"><h3>Cycle {cycle.CycleId}</h3>""");
        html.Add($"""<div class="progress"><div class="progress-bar" role="progressbar" aria-label="steps completed" aria-valuenow="{percent}" aria-valuemin="0" aria-valuemax="100" style="width: {percent}%">{percent} %</div></div>""");
        End(html, cycle, finished, options);
        if (cycle.Patch is { } patch)
        {
            html.Add($"""<h4>{(cycle.DryRun ? "What it would change" : cycle.CommitSha is null ? "What was proposed" : "Changes")}</h4><pre class="lh-diff" tabindex="0" aria-label="Patch">""").Diff(patch).Add($"</pre>");
        }

        TestOutput(html, cycle);
        Steps(html, view, planned);
        html.Add($"<h4>Log</h4><pre>");
        foreach (var line in view.Log)
        {
            html.Add($"{(DateTimeOffset?)line.At:HH:mm:ss.fff}  {line.Line}\n");
        }

        return html.Add($"</pre></div>").ToString();
    }

    private static void End(Html html, CycleRecord cycle, bool finished, BotOptions options)
    {
        if (!finished)
        {
            html.Add($"""<p><button type="button" class="btn btn-sm btn-default" data-key="cancel" data-post="/api/cycles/{cycle.CycleId}/cancel">Cancel this cycle</button></p>""");
        }

        html.Add($"<dl><dt>Outcome</dt><dd><strong>{cycle.Outcome?.ToText() ?? "running"}</strong>{(cycle.DryRun ? " (dry run)" : "")} ").Linked(cycle.Reason, Pulls(cycle)).Add($"</dd>");
        html.Add($"<dt>Gap</dt><dd>{cycle.Gap?.Id ?? cycle.RequestedGapId ?? (finished ? "none" : "not picked yet")} {LinkedText.Line(cycle.Gap?.Line ?? "")}</dd>");
        if (cycle.PrUrl is { } url)
        {
            html.Add($"<dt>Pull request</dt><dd>").Link(url, url).Add($"</dd>");
        }

        if (cycle.ModelCall is { } call)
        {
            html.Add($"<dt>Model</dt><dd>{call.Model} by {call.Provider}, {call.PromptTokens} + {call.CompletionTokens} tokens, {PullRequestText.Usd(call.CostNanoUsd)}, request {call.RequestId}</dd>");
        }

        Judgement(html, cycle);
        html.Add($"<dt>Trace</dt><dd>").Link(options.TraceLink(cycle.TraceId), cycle.TraceId).Add($"</dd></dl>");
    }

    private static IReadOnlyCollection<string> Pulls(CycleRecord cycle) =>
        [.. cycle.History.Select(past => past.PrUrl).Append(cycle.PrUrl).Append(cycle.Pulls?.Update?.Url).OfType<string>()];

    private static void Judgement(Html html, CycleRecord cycle)
    {
        if (cycle.Tries.Count > 1)
        {
            html.Add($"<dt>Tries</dt><dd>{cycle.Spent.PromptTokens} + {cycle.Spent.CompletionTokens} tokens and {PullRequestText.Usd(cycle.Spent.CostNanoUsd)} in all<ol>");
            foreach (var attempt in cycle.Tries)
            {
                html.Add($"<li>{attempt.Call?.PromptTokens} + {attempt.Call?.CompletionTokens} tokens, {PullRequestText.Usd(attempt.Call?.CostNanoUsd)}: {attempt.Outcome?.ToText() ?? "under way"} {attempt.Reason}</li>");
            }

            html.Add($"</ol></dd>");
        }

        if (cycle.Baseline is { } baseline)
        {
            html.Add($"<dt>Tests before</dt><dd>{baseline.Tests.Reason}</dd>");
        }

        if (cycle.WeakenedTests.Count > 0)
        {
            html.Add($"<dt>Weakened tests</dt><dd><ul>");
            foreach (var weakened in cycle.WeakenedTests)
            {
                html.Add($"<li>{JudgementText.Kind(weakened.Kind)} {weakened}</li>");
            }

            html.Add($"</ul></dd>");
        }
    }

    // where there is something to find out: of the last run, else of the one that kept a model from being asked
    private static void TestOutput(Html html, CycleRecord cycle)
    {
        if ((cycle.Tests ?? (cycle.Baseline is { Unusable: not null } baseline ? baseline.Tests : null)) is { Green: false } tests)
        {
            var output = TestCounts.Plainly(tests.OutputTail);
            html.Add($"""<h4>End of the tests' output</h4><pre class="lh-output" tabindex="0" aria-label="End of the tests' output">{(output.Length <= LongestOutput ? output : "…" + output[^LongestOutput..])}</pre>""");
        }
    }

    private static void Steps(Html html, CycleView view, IReadOnlyList<string> planned)
    {
        var rows = view.Steps.ToDictionary(step => step.Name);
        html.Add($"""<div class="table-responsive"><table class="table table-condensed lh-stack" aria-label="Steps"><thead><tr><th scope="col">Step</th><th scope="col">State</th><th scope="col">Time</th><th scope="col">What it found</th></tr></thead><tbody>""");
        foreach (var name in planned.Concat(rows.Keys.Except(planned)))
        {
            var row = rows.GetValueOrDefault(name);
            var state = row?.State.ToString().ToLowerInvariant() ?? (view.Cycle.Outcome is null ? "to come" : "not needed");
            html.Add($"<tr><td>{name}</td><td>{state}</td><td>{(row?.DurationMs is { } ms ? $"{ms} ms" : "")}</td><td>{row?.Detail}</td></tr>");
        }

        html.Add($"</tbody></table></div>");
    }
}
