using Lakehouse.BotWorker.Cycles;
using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Tests.Worker.Kills;

/// <summary>Where a worker is held in each of the steps: the rows of the matrix.</summary>
/// <param name="holds">A folder outside the worker's own, for what holds git and the tests.</param>
internal sealed class KillPoints(WorkerHost worker, CrashGate gate, string holds)
{
    // what each step does that a kill could cut in two
    private static readonly Dictionary<string, Func<KillPoints, string, IKillPoint>> Inside = new(StringComparer.Ordinal)
    {
        [TelemetryNames.Cycle.CheckPause] = Table,
        [TelemetryNames.Cycle.CheckBudget] = (points, _) => new StubPoint(gate => points.Gateway.BudgetGate = gate, () => points.Gateway.AskedForBudget),
        [TelemetryNames.Cycle.CheckPolicy] = Table,
        [TelemetryNames.Cycle.CheckTree] = Git("fetch"),
        [TelemetryNames.Cycle.PickGap] = Table,
        [TelemetryNames.Cycle.LoadHistory] = Table,
        [TelemetryNames.Cycle.FindPullRequest] = Table,
        [TelemetryNames.Cycle.Baseline] = Tests,
        [TelemetryNames.Cycle.Propose] = (points, _) => new StubPoint(gate => points.Gateway.Gate = gate, () => points.Gateway.Calls.Count()),
        [TelemetryNames.Cycle.Review] = Git("worktree add"),
        [TelemetryNames.Cycle.Apply] = Git("worktree add"),
        [TelemetryNames.Cycle.Test] = Tests,
        [TelemetryNames.Cycle.Decide] = Table,
        [TelemetryNames.Cycle.Commit] = Git("update-ref"),
        [TelemetryNames.Cycle.Publish] = Git("push"),
        [TelemetryNames.Cycle.Report] = (points, _) => points.Observer(),
        [TelemetryNames.Cycle.EndDryRun] = Git("commit-tree"),
        [TelemetryNames.Cycle.ListGaps] = Table,
    };

    /// <summary>Every step that there is, by the name that it is stored and traced under.</summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        .. typeof(TelemetryNames.Cycle).GetFields().Select(name => (string)name.GetRawConstantValue()!)
            .Where(name => name is not (TelemetryNames.Cycle.Enqueue or TelemetryNames.Cycle.Job)),
    ];

    public static IReadOnlyCollection<string> Rows => Inside.Keys;

    private StubGateway Gateway => worker.Gateway;

    public static async Task<KillPoints> InstallAsync(WorkerHost worker, CrashGate gate, string holds)
    {
        GitPoint.Install(worker, Path.Combine(holds, "git"));
        await TestsPoint.InstallAsync(worker, Path.Combine(holds, "tests"));
        return new KillPoints(worker, gate, holds);
    }

    public IKillPoint At(string step, KillPlace place) => place switch
    {
        KillPlace.Before => new RowPoint(gate, step, "running"),
        KillPlace.Inside => Inside[step](this, step),
        _ => new RowPoint(gate, step, EndsCycle(step) ? "ended" : "done"),
    };

    private static bool EndsCycle(string step) => step is TelemetryNames.Cycle.Publish or TelemetryNames.Cycle.EndDryRun or TelemetryNames.Cycle.ListGaps;

    private static TablePoint Table(KillPoints points, string step) => new(points.Gate, step);

    private static Func<KillPoints, string, IKillPoint> Git(string words) => (points, _) => new GitPoint(Path.Combine(points.Holds, "git"), words);

    private static TestsPoint Tests(KillPoints points, string step) => new(Path.Combine(points.Holds, "tests"), Path.Combine(points.Data, "worktrees"));

    private CrashGate Gate => gate;

    private string Holds => holds;

    private string Data => Path.Combine(worker.DataFolder, "data");

    private StubPoint Observer() => new(gate => worker.ObserverGate = gate, () => worker.Observer.Requests.Count);
}
