using Lakehouse.BotWorker.Cycles;
using Lakehouse.ServiceDefaults.Telemetry;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Worker.Kills;

/// <summary><c>kill -9</c> of the worker's process before, inside and after every step; it is started again each time.</summary>
public sealed class KillMatrixTests(TestPostgres postgres, ITestOutputHelper output)
{
    private const string Interrupted = "The worker was interrupted during the model call; the call is not paid again.";

    private static readonly KillPlace[] All = Enum.GetValues<KillPlace>();

    private static readonly string[] UpToForge =
    [
        TelemetryNames.Cycle.CheckPause, TelemetryNames.Cycle.CheckBudget, TelemetryNames.Cycle.CheckPolicy, TelemetryNames.Cycle.CheckTree,
        TelemetryNames.Cycle.PickGap, TelemetryNames.Cycle.LoadHistory, TelemetryNames.Cycle.FindPullRequest, TelemetryNames.Cycle.Baseline,
    ];

    private static readonly string[] AfterCall =
    [
        TelemetryNames.Cycle.Review, TelemetryNames.Cycle.Apply, TelemetryNames.Cycle.Test, TelemetryNames.Cycle.Decide, TelemetryNames.Cycle.Commit, TelemetryNames.Cycle.Publish,
    ];

    [Fact]
    public void Every_step_has_its_row() => Assert.Equal(KillPoints.Steps.Order(), KillPoints.Rows.Order());

    [Fact]
    public async Task Worker_killed_anywhere_tells_the_truth_pays_once_publishes_once_and_leaves_nothing()
    {
        await using var early = await KillRun.StartAsync(postgres);
        await using var late = await KillRun.StartAsync(postgres);

        await Task.WhenAll(UpToTheCallAsync(early), FromTheCallAsync(late));

        var figures = early.Figures + late.Figures;
        output.WriteLine(figures.ToString());
        var kills = early.Kills.Concat(late.Kills).ToHashSet();
        Assert.Empty(KillPoints.Steps.SelectMany(step => All.Select(place => (step, place))).Except(kills));
        Assert.Equal(new KillFigures(figures.Cycles, figures.Kills, DuplicatePayments: 0, DuplicatePullRequests: 0, Leftovers: 0), figures);
    }

    private static async Task UpToTheCallAsync(KillRun run)
    {
        IsOk(await run.CycleAsync(new { }, paid: 1, Everywhere([.. UpToForge])));
        // listing gaps is a step and the whole cycle
        var listed = await run.CycleAsync(new { depth = "list" }, paid: 0, Everywhere(TelemetryNames.Cycle.ListGaps));
        Assert.Equal(CycleOutcome.CycleNoop, listed.Outcome);
    }

    private static async Task FromTheCallAsync(KillRun run)
    {
        var report = TelemetryNames.Cycle.Report;
        // inside of the report is after it was stored: it is being told to the observer
        IsOk(await run.CycleAsync(new { }, paid: 1,
            [(TelemetryNames.Cycle.Propose, KillPlace.Before), .. Everywhere(AfterCall), (report, KillPlace.Before), (report, KillPlace.After), (report, KillPlace.Inside)]));

        var other = new { gap_id = GapReader.IdOf(WorkerTarget.OtherLine) };
        foreach (var place in new[] { KillPlace.Inside, KillPlace.After })
        {
            var cut = await run.CycleAsync(other, paid: 1, [(TelemetryNames.Cycle.Propose, place)]);
            Assert.Equal((CycleOutcome.ModelFailed, Interrupted, null), (cut.Outcome, cut.Reason, cut.PrUrl));
        }

        var dry = await run.CycleAsync(new { other.gap_id, depth = "propose" }, paid: 1, Everywhere(TelemetryNames.Cycle.EndDryRun));
        Assert.Equal((CycleOutcome.Ok, null), (dry.Outcome, dry.PrUrl));
    }

    private static void IsOk(CycleRecord cycle)
    {
        Assert.True(cycle.Outcome == CycleOutcome.Ok, $"{cycle.Outcome}: {cycle.Reason}");
        Assert.NotNull(cycle.PrUrl);
    }

    private static (string, KillPlace)[] Everywhere(params string[] steps) => [.. steps.SelectMany(step => All.Select(place => (step, place)))];
}
