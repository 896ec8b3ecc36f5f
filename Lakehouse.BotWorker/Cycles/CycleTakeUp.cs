using Hangfire;
using Hangfire.States;
using Lakehouse.BotWorker.Jobs;
using Npgsql;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>
/// Finds cycles that nobody works on any more: their worker was killed, their job was deleted or failed, or the worker died
/// between storing the cycle and enqueuing it. Also sweeps what dead cycles left in the data folder.
/// </summary>
internal sealed partial class CycleTakeUp(
    CycleQueries queries, CycleQueue queue, CycleFolders folders, JobStorage jobs, NpgsqlDataSource database, IServiceScopeFactory scopes, TimeProvider time, ILogger<CycleTakeUp> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // seen once, a cycle may be just about to start; seen twice, nobody will. What is there when we start was left behind.
    private HashSet<string> _seen = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var swept = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var unfinished = await queries.UnfinishedAsync(folders.Target.Path, stoppingToken);
                if (!swept)
                {
                    await SweepAsync([.. unfinished.Select(cycle => cycle.CycleId)], stoppingToken);
                    _seen = [.. unfinished.Select(cycle => cycle.CycleId)];
                    swept = true;
                }

                await TakeUpAsync(unfinished, stoppingToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or BackgroundJobClientException or Git.GitException or IOException or UnauthorizedAccessException)
            {
                LogFailed(failure);
            }

            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private async Task TakeUpAsync(IReadOnlyList<CycleRecord> unfinished, CancellationToken cancellationToken)
    {
        foreach (var cycle in unfinished.Where(cycle => StateOf(cycle.JobId) == DeletedState.StateName))
        {
            await EndDeletedAsync(cycle.CycleId);
        }

        _seen = unfinished.Count == 0 ? [] : await RequeueIdleAsync(unfinished, cancellationToken);
    }

    /// <returns>Those that nobody works on, seen for the first time.</returns>
    private async Task<HashSet<string>> RequeueIdleAsync(IReadOnlyList<CycleRecord> unfinished, CancellationToken cancellationToken)
    {
        // Held until the last is back in the queue. Hangfire itself may deliver the same job at this moment; that delivery waits for
        // the lease, then sees that its job was taken back, and does nothing.
        await using var lease = await CycleLease.TryTakeAsync(database, folders.Target.Path, cancellationToken);
        var idle = new HashSet<string>();
        foreach (var cycle in lease is null ? [] : unfinished)
        {
            var state = StateOf(cycle.JobId);
            if (state == DeletedState.StateName || state == EnqueuedState.StateName || state == ScheduledState.StateName)
            {
                continue;
            }

            if (!_seen.Contains(cycle.CycleId))
            {
                idle.Add(cycle.CycleId);
                continue;
            }

            LogTakenUp(cycle.CycleId, state ?? "none");
            await queue.RequeueAsync(cycle, cancellationToken);
        }

        return idle;
    }

    private async Task EndDeletedAsync(string cycleId)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<BotCycle>().EndDeletedAsync(cycleId);
    }

    private string? StateOf(string? jobId)
    {
        if (jobId is null)
        {
            return null;
        }

        using var connection = jobs.GetConnection();
        return connection.GetStateData(jobId)?.Name;
    }

    private async Task SweepAsync(HashSet<string> unfinished, CancellationToken cancellationToken)
    {
        foreach (var parent in new[] { folders.Worktrees, folders.Homes }.Where(Directory.Exists))
        {
            foreach (var folder in Directory.EnumerateDirectories(parent))
            {
                var cycleId = Path.GetFileName(folder);
                if (!unfinished.Contains(cycleId))
                {
                    await folders.RemoveAsync(cycleId, branch: null, cancellationToken);
                }
            }
        }

        folders.RemoveHalves(unfinished);
    }

    [LoggerMessage(LogLevel.Warning, "Cycle {CycleId} is taken up: nobody works on it, and its job's state is {State}")]
    private partial void LogTakenUp(string cycleId, string state);

    [LoggerMessage(LogLevel.Warning, "Looking for cycles to take up failed; it is tried again")]
    private partial void LogFailed(Exception failure);
}
