using Lakehouse.BotWorker.Cycles;
using Lakehouse.ServiceDefaults.Telemetry;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary><c>kill -9</c> of the worker's process at the boundaries of the steps.</summary>
public sealed class CrashTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static readonly string[] Steps =
    [
        TelemetryNames.Cycle.CheckPause, TelemetryNames.Cycle.CheckBudget, TelemetryNames.Cycle.CheckPolicy, TelemetryNames.Cycle.CheckTree, TelemetryNames.Cycle.PickGap,
        TelemetryNames.Cycle.LoadHistory, TelemetryNames.Cycle.FindPullRequest, TelemetryNames.Cycle.Baseline, TelemetryNames.Cycle.Propose, TelemetryNames.Cycle.Review, TelemetryNames.Cycle.Apply,
        TelemetryNames.Cycle.Test, TelemetryNames.Cycle.Decide, TelemetryNames.Cycle.Commit, TelemetryNames.Cycle.Publish, TelemetryNames.Cycle.Report,
    ];

    [Fact]
    public async Task Worker_killed_before_every_step_pays_once_publishes_once_and_leaves_nothing()
    {
        await using var worker = await WorkerHost.CreateAsync(postgres);
        await EndsOkAsync(worker, [.. Steps.Select(step => (step, "running"))]);
    }

    [Fact]
    public async Task Worker_killed_after_a_step_did_its_work_but_before_that_was_stored_does_not_do_it_twice()
    {
        await using var worker = await WorkerHost.CreateAsync(postgres);
        await EndsOkAsync(worker,
        [
            (TelemetryNames.Cycle.Review, "done"), (TelemetryNames.Cycle.Apply, "done"), (TelemetryNames.Cycle.Test, "done"),
            (TelemetryNames.Cycle.Commit, "done"), (TelemetryNames.Cycle.Publish, "ended"), (TelemetryNames.Cycle.Report, "done"),
        ]);
    }

    [Fact]
    public async Task Worker_killed_during_the_model_call_does_not_pay_again_and_says_so()
    {
        await using var worker = await WorkerHost.CreateAsync(postgres);
        await worker.StartProcessAsync();
        await using var gate = await CrashGate.OpenAsync(worker.ConnectionString);
        await gate.CloseAsync(TelemetryNames.Cycle.Propose, "done");
        var cycleId = await worker.EnqueueAsync();

        await gate.KillAtAsync(worker);
        await gate.LiftAsync();
        await worker.StartProcessAsync();

        var cycle = (await worker.FinishedAsync(cycleId)).Cycle;
        Assert.Equal((CycleOutcome.ModelFailed, "The worker was interrupted during the model call; the call is not paid again."), (cycle.Outcome, cycle.Reason));
        Assert.Single(worker.Gateway.Calls);
        Assert.Empty(worker.LocalPulls());
        await worker.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Worker_killed_while_the_tests_run_takes_them_along()
    {
        await using var worker = await WorkerHost.CreateAsync(postgres);
        await worker.Target.WriteAsync("check.sh", "touch started; (setsid sleep 600 &); sleep 600\n");
        await worker.Target.CommitAsync("Take long");
        await worker.StartProcessAsync();
        var worktree = System.IO.Path.Combine(worker.DataFolder, "data", "worktrees", await worker.EnqueueAsync());
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(System.IO.Path.Combine(worktree, "started"))), Cancelled);

        await worker.KillProcessAsync();

        await Eventually.TrueAsync(() => Task.FromResult(!Directory.EnumerateDirectories("/proc").Any(process => WorksIn(process, worktree))), Cancelled);
    }

    private static bool WorksIn(string process, string folder) =>
        int.TryParse(System.IO.Path.GetFileName(process), out _) && new FileInfo(System.IO.Path.Combine(process, "cwd")).LinkTarget?.StartsWith(folder, StringComparison.Ordinal) == true;

    private static async Task EndsOkAsync(WorkerHost worker, IReadOnlyList<(string Step, string State)> boundaries)
    {
        await worker.StartProcessAsync();
        await using var gate = await CrashGate.OpenAsync(worker.ConnectionString);
        await gate.CloseAsync(boundaries[0].Step, boundaries[0].State);
        var cycleId = await worker.EnqueueAsync();
        foreach (var (step, state) in boundaries)
        {
            await gate.CloseAsync(step, state);
            await gate.KillAtAsync(worker);
            if (step == boundaries[^1].Step)
            {
                await gate.LiftAsync();
            }
            else
            {
                var next = boundaries.SkipWhile(boundary => boundary.Step != step).ElementAt(1);
                await gate.CloseAsync(next.Step, next.State);
            }

            await worker.StartProcessAsync();
        }

        var cycle = (await worker.FinishedAsync(cycleId)).Cycle;
        Assert.True(cycle.Outcome == CycleOutcome.Ok, $"{cycle.Outcome}: {cycle.Reason}");
        Assert.Single(worker.Gateway.Calls);
        Assert.Single(worker.LocalPulls());
        Assert.Equal("ok", (await worker.ResultFileAsync(cycleId)).GetProperty("cycle").GetProperty("outcome").GetString());
        await worker.EventAsync(cycleId);
        Assert.Single(worker.Events.Select(sent => sent.GetProperty("event_id").GetString()).Distinct());
        await worker.AssertNothingLeftAsync();
    }
}
