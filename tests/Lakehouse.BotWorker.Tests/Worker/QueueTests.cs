using Hangfire;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Lakehouse.BotWorker.Tests.Worker;

public sealed class QueueTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_workers_run_two_cycles_of_a_repository_one_after_the_other()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        await using var another = worker.StartAnother();
        var gate = Close(worker);
        var ids = new[] { await worker.EnqueueAsync(new { gap_id = WorkerTarget.GapId }), await worker.EnqueueAsync(new { gap_id = GapReader.IdOf(WorkerTarget.OtherLine) }) };

        await Eventually.TrueAsync(async () => (await Task.WhenAll(ids.Select(worker.GetAsync))).Any(view => view.Log.Any(line => line.Line.StartsWith("waits", StringComparison.Ordinal))), Cancelled);
        await Eventually.TrueAsync(() => Task.FromResult(worker.Gateway.Calls.Any()), Cancelled);
        Assert.Single(worker.Gateway.Calls);
        gate.SetResult();

        var views = (await Task.WhenAll(ids.Select(worker.FinishedAsync))).OrderBy(view => view.Cycle.StartedAt).ToList();
        Assert.All(views, view => Assert.Equal(CycleOutcome.Ok, view.Cycle.Outcome));
        Assert.True(views[1].Cycle.StartedAt >= views[0].Cycle.FinishedAt);
    }

    [Fact]
    public async Task Deleted_job_stops_its_cycle_within_seconds_with_a_true_result()
    {
        await using var worker = (await WorkerHost.CreateAsync(postgres)).Start();
        Close(worker);
        var running = await worker.EnqueueAsync();
        var waiting = await worker.EnqueueAsync();
        await Eventually.TrueAsync(() => Task.FromResult(worker.Gateway.Calls.Any()), Cancelled);
        var jobs = worker.Services.GetRequiredService<IBackgroundJobClient>();

        jobs.Delete((await worker.GetAsync(waiting)).Cycle.JobId);
        jobs.Delete((await worker.GetAsync(running)).Cycle.JobId);

        var first = (await worker.FinishedAsync(running)).Cycle;
        Assert.Equal((CycleOutcome.ModelFailed, "A person cancelled the job during cycle.propose."), (first.Outcome, first.Reason));
        var second = (await worker.FinishedAsync(waiting)).Cycle;
        Assert.Equal(CycleOutcome.SkippedPolicy, second.Outcome);
        Assert.Contains("A person deleted the job", second.Reason, StringComparison.Ordinal);
        Assert.Single(worker.Gateway.Calls);
        await worker.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Observer_that_was_down_gets_the_event_once_it_is_back()
    {
        await using var worker = await WorkerHost.CreateAsync(postgres);
        worker.ObserverStatus = 503;
        worker.Start();

        var view = await worker.RunAsync();
        Assert.Equal(CycleOutcome.Ok, view.Cycle.Outcome);
        await Eventually.TrueAsync(() => Task.FromResult(worker.Observer.Requests.Count >= 2), Cancelled);
        Assert.False(await worker.IsObservedAsync(view.Cycle.CycleId));
        worker.ObserverStatus = 200;

        await Eventually.TrueAsync(() => worker.IsObservedAsync(view.Cycle.CycleId), Cancelled);
        Assert.Equal([view.Cycle.CycleId], worker.Delivered);
        Assert.Single(worker.Events.Select(sent => sent.GetProperty("event_id").GetString()).Distinct());
    }

    private static TaskCompletionSource Close(WorkerHost worker)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        worker.Gateway.Gate = gate.Task;
        return gate;
    }
}
