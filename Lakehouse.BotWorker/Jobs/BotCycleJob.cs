using Hangfire;
using Hangfire.Server;
using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Jobs;

/// <summary>What Hangfire knows of a cycle: its id. Delivered again, it finds where the cycle stands.</summary>
[AutomaticRetry(Attempts = 0)]
[CarryTrace]
internal sealed class BotCycleJob(BotCycle cycle, CycleQueue queue, JobStorage jobs)
{
    public const string RecurringId = "bot-cycle";

    /// <param name="cycleId">Null for <i>Trigger now</i>: a full cycle whose gap the policy picks.</param>
    /// <param name="context">Filled in by Hangfire.</param>
    [JobDisplayName("Bot cycle {0}")]
    public async Task RunAsync(string? cycleId, PerformContext? context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var jobId = context.BackgroundJob.Id;
        cycleId ??= (await queue.ForJobAsync(jobId, cancellationToken)).CycleId;
        await cycle.RunAsync(cycleId, new JobDelivery(jobs, jobId), cancellationToken);
    }
}
