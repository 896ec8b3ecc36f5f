using System.Diagnostics;
using Hangfire;
using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Jobs;

/// <summary>Puts a cycle into the queue because a person asked: the row first, then the job.</summary>
internal sealed class CycleQueue(IBackgroundJobClient jobs, CycleStore store, CycleFolders folders, TimeProvider time)
{
    public async Task<CycleRecord> EnqueueAsync(string? gapId, CycleDepth depth, CancellationToken cancellationToken)
    {
        using var activity = CycleTelemetry.StartEnqueue();
        var cycle = New(gapId, depth, jobId: null, activity);
        activity.Describe(cycle);
        await store.InsertAsync(cycle, cancellationToken);
        // from here on the cycle exists, whether or not the caller still listens
        return cycle with { JobId = await CreateJobAsync(cycle.CycleId) };
    }

    /// <summary>The cycle of a job that was triggered without one; the same on redelivery.</summary>
    public async Task<CycleRecord> ForJobAsync(string jobId, CancellationToken cancellationToken)
    {
        if (await store.FindByJobAsync(jobId, cancellationToken) is { } known)
        {
            return known;
        }

        var cycle = New(gapId: null, CycleDepth.Full, jobId, Activity.Current ?? throw new InvalidOperationException("A job runs inside a span."));
        await store.InsertAsync(cycle, cancellationToken);
        return cycle;
    }

    /// <summary>Puts a cycle that nobody works on back into the queue, under the same job where there is one.</summary>
    public async Task RequeueAsync(CycleRecord cycle, CancellationToken cancellationToken)
    {
        await store.LogAsync(cycle.CycleId, "taken up again: the worker that had it is gone", cancellationToken);
        if (cycle.JobId is null || !jobs.Requeue(cycle.JobId))
        {
            using var activity = new Activity(ServiceDefaults.Telemetry.TelemetryNames.Cycle.Enqueue).SetParentId(cycle.TraceParent).Start();
            await CreateJobAsync(cycle.CycleId);
        }
    }

    private async Task<string> CreateJobAsync(string cycleId)
    {
        var jobId = jobs.Enqueue<BotCycleJob>(job => job.RunAsync(cycleId, null, CancellationToken.None));
        await store.SetJobAsync(cycleId, jobId, CancellationToken.None);
        return jobId;
    }

    private CycleRecord New(string? gapId, CycleDepth depth, string? jobId, Activity activity) => new()
    {
        CycleId = CycleId.New(time),
        Repository = folders.Target.Path,
        Depth = depth,
        RequestedGapId = gapId,
        JobId = jobId,
        TraceId = activity.TraceId.ToString(),
        TraceParent = activity.Id!,
        EnqueuedAt = time.GetUtcNow(),
    };
}
