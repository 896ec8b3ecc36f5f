using Hangfire;
using Hangfire.States;

namespace Lakehouse.BotWorker.Jobs;

/// <summary>What became of a job since Hangfire delivered it, as its storage has it now.</summary>
internal sealed class JobDelivery(JobStorage jobs, string jobId)
{
    // the job's token is cancelled both when a person deletes the job and when the worker stops; only the first ends the cycle
    public bool IsDeleted => State == DeletedState.StateName;

    /// <summary>False: the job was put back into the queue, and another delivery of it does the work.</summary>
    public bool Holds => State == ProcessingState.StateName;

    private string? State
    {
        get
        {
            using var connection = jobs.GetConnection();
            return connection.GetStateData(jobId)?.Name;
        }
    }
}
