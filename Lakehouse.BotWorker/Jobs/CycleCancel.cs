using Hangfire;
using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Jobs;

/// <summary>A person's word that a cycle is to stop: its job is deleted, which the cycle notices within seconds.</summary>
internal sealed class CycleCancel(IBackgroundJobClient jobs, CycleStore store)
{
    /// <returns>Null when it is being cancelled; else why it cannot be.</returns>
    public async Task<string?> RunAsync(CycleRecord cycle, CancellationToken cancellationToken)
    {
        if (cycle.FinishedAt is not null)
        {
            return $"Cycle {cycle.CycleId} has ended already, as {cycle.Outcome?.ToText()}.";
        }

        if (cycle.JobId is not { } jobId || !jobs.Delete(jobId))
        {
            return $"Cycle {cycle.CycleId} has no job at this moment: it is being enqueued, or taken up after a crash. Ask again in some seconds.";
        }

        await store.LogAsync(cycle.CycleId, "a person cancelled it", cancellationToken);
        return null;
    }
}
