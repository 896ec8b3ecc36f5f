using System.Net;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Worker;

public sealed class CancelTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cancelled_cycle_ends_while_the_one_before_it_still_runs()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        worker.Gateway.Gate = gate.Task;
        var running = await worker.EnqueueAsync(new { gap_id = WorkerTarget.GapId });
        var waiting = await worker.EnqueueAsync(new { gap_id = GapReader.IdOf(WorkerTarget.OtherLine) });
        await Eventually.TrueAsync(() => Task.FromResult(worker.Gateway.Calls.Any()), Cancelled);

        Assert.Equal(HttpStatusCode.Accepted, await CancelAsync(worker, waiting));

        var ended = (await worker.FinishedAsync(waiting)).Cycle;
        Assert.Equal((CycleOutcome.SkippedPolicy, EndCode.Cancelled, null), (ended.Outcome, ended.Code, ended.StartedAt));
        Assert.Null((await worker.GetAsync(running)).Cycle.FinishedAt);
        gate.SetResult();
        Assert.Equal(CycleOutcome.Ok, (await worker.FinishedAsync(running)).Cycle.Outcome);
        Assert.Equal(HttpStatusCode.Conflict, await CancelAsync(worker, running));
        Assert.Equal(HttpStatusCode.NotFound, await CancelAsync(worker, "20260101T000000Z-aaaaaa"));
        Assert.Single(worker.Gateway.Calls);
    }

    [Fact]
    public async Task Cancelled_cycle_stops_its_tests()
    {
        await using var worker = await WorkerHost.CreateAsync(postgres);
        await worker.Target.WriteAsync("check.sh", "touch started; sleep 600\n");
        await worker.Target.CommitAsync("Take long");
        worker.Start();
        var cycleId = await worker.EnqueueAsync();
        var started = Path.Combine(worker.DataFolder, "data", "worktrees", cycleId, "started");
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(started)), Cancelled);

        Assert.Equal(HttpStatusCode.Accepted, await CancelAsync(worker, cycleId));

        var cycle = (await worker.FinishedAsync(cycleId)).Cycle;
        Assert.Equal((CycleOutcome.TestsFailed, EndCode.Cancelled), (cycle.Outcome, cycle.Code));
        await worker.AssertNothingLeftAsync();
    }

    private static async Task<HttpStatusCode> CancelAsync(WorkerHost worker, string cycleId)
    {
        using var response = await worker.Http.PostAsync($"api/cycles/{cycleId}/cancel", content: null, Cancelled);
        return response.StatusCode;
    }
}
