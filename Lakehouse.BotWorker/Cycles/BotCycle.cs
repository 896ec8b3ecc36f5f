using System.Diagnostics;
using Lakehouse.BotWorker.Jobs;
using Lakehouse.ServiceDefaults.Telemetry;
using Npgsql;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>Runs a cycle from where it stands to its end. Called again after a crash, it goes on after the last completed step.</summary>
internal sealed partial class BotCycle(
    CyclePlan plan, CycleStore store, CycleQueries queries, CycleFolders folders, CycleReporter reporter, NpgsqlDataSource database, TimeProvider time, ILogger<BotCycle> logger)
{
    /// <summary>Starts without completing one more step, after which a cycle is given up.</summary>
    private const int MostStarts = 5;

    private static readonly TimeSpan LeasePoll = TimeSpan.FromMilliseconds(250);

    /// <param name="delivery">By which it runs: one that was taken back does nothing, and a cancelled token means that the worker stops and the cycle goes on later, unless a person deleted the job.</param>
    public async Task RunAsync(string cycleId, JobDelivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            await using var lease = await WaitForLeaseAsync(cycleId, cancellationToken);
            if (!delivery.Holds)
            {
                return;
            }

            folders.TakeOver();
            // read only now: while it waited, another start may have finished it
            if (await store.FindAsync(cycleId, cancellationToken) is not { FinishedAt: null } cycle)
            {
                return;
            }

            Activity.Current.Describe(cycle);
            var run = new CycleRun(cycle with { StartedAt = cycle.StartedAt ?? time.GetUtcNow() }, store, folders);
            if (await store.StartAsync(run.Record, cancellationToken) is not { } starts)
            {
                // cancelled before it began; whoever ended it reports it
                return;
            }

            await RunStepsAsync(run, lease, starts, delivery, cancellationToken);
            // what the guardrails let through and nothing published; the report stores it
            if (run.Record is { Patch: null } ended && ended.Files.Any(file => file.Change != FileChange.Noop))
            {
                await ProposalPatch.ShowAsync(run, CancellationToken.None);
            }

            await CleanUpAsync(run);
            await ReportAsync(run);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && delivery.IsDeleted)
        {
            await EndDeletedAsync(cycleId);
        }
    }

    /// <summary>Ends a cycle whose job a person deleted while no step of it ran.</summary>
    public async Task EndDeletedAsync(string cycleId)
    {
        await using var lease = await CycleLease.TryTakeAsync(database, folders.Target.Path, CancellationToken.None);
        if (await store.FindAsync(cycleId, CancellationToken.None) is not { FinishedAt: null } cycle)
        {
            return;
        }

        var ended = cycle.Outcome is not null ? cycle : cycle with
        {
            Outcome = CycleOutcome.SkippedPolicy,
            Code = EndCode.Cancelled,
            Reason = "A person deleted the job before the cycle began, or while it waited.",
        };
        // another cycle may hold the repository for long; one that never began has nothing there to clean up
        if (lease is not null || (cycle.StartedAt is null && await store.EndWaitingAsync(ended, CancellationToken.None)))
        {
            var run = new CycleRun(ended, store, folders);
            await CleanUpAsync(run);
            await ReportAsync(run);
        }
    }

    private async Task<CycleLease> WaitForLeaseAsync(string cycleId, CancellationToken cancellationToken)
    {
        var waits = false;
        while (true)
        {
            if (await CycleLease.TryTakeAsync(database, folders.Target.Path, cancellationToken) is { } lease)
            {
                return lease;
            }

            if (!waits)
            {
                waits = true;
                await store.LogAsync(cycleId, "waits: another cycle works on this repository", cancellationToken);
            }

            await Task.Delay(LeasePoll, time, cancellationToken);
        }
    }

    private async Task RunStepsAsync(CycleRun run, CycleLease lease, int starts, JobDelivery delivery, CancellationToken cancellationToken)
    {
        var view = await queries.ViewAsync(run.Record, cancellationToken);
        var completed = view!.Steps.Where(step => step.State != StepState.Running).Select(step => step.Name).ToHashSet();
        if (completed.Count > 0)
        {
            await run.LogAsync($"goes on after {completed.Count} completed steps: the worker was interrupted", cancellationToken);
        }

        // asked again after each step: red tests make the plan longer
        while (run.Record.Outcome is null && plan.Of(run.Record).FirstOrDefault(step => !completed.Contains(step.Name)) is { } step)
        {
            await lease.EnsureHeldAsync(cancellationToken);
            await RunStepAsync(run, step, starts > MostStarts, delivery, cancellationToken);
            completed.Add(step.Name);
            starts = 0;
        }
    }

    private async Task RunStepAsync(CycleRun run, ICycleStep step, bool giveUp, JobDelivery delivery, CancellationToken cancellationToken)
    {
        using var activity = CycleTelemetry.Source.StartActivity(step.Name);
        activity.Describe(run.Record);
        activity?.SetTag(TelemetryNames.Step, step.Name);
        (run.Activity, run.Detail) = (activity, null);
        await store.BeginStepAsync(run.Record.CycleId, step.Name, cancellationToken);
        CycleEnd? end;
        try
        {
            end = giveUp
                ? new CycleEnd(step.WhenItFails, $"Given up: the worker was interrupted {MostStarts} times in {step.Name}.")
                : await step.RunAsync(run, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (!delivery.IsDeleted)
            {
                throw;
            }

            end = new CycleEnd(step.WhenItFails, $"A person cancelled the job during {step.Name}.", EndCode.Cancelled);
        }
        catch (Exception failure) when (failure is not NpgsqlException)
        {
            // without the database nothing can be recorded; anything else is this cycle's end and not the worker's
            LogStepFailed(failure, run.Record.CycleId, step.Name);
            activity?.AddException(failure);
            end = new CycleEnd(step.WhenItFails, $"{step.Name} failed unexpectedly: {failure.GetType().Name}: {failure.Message}");
        }

        if (end is not null)
        {
            run.Record = run.Record.Ended(end);
            activity.Describe(run.Record);
            activity?.SetStatus(end.Outcome.IsFailure() ? ActivityStatusCode.Error : ActivityStatusCode.Ok);
        }

        await store.EndStepAsync(run.Record, step.Name, end is null ? StepState.Done : StepState.Ended, end?.Reason ?? run.Detail, CancellationToken.None);
    }

    private async Task CleanUpAsync(CycleRun run)
    {
        if (run.Record.Branch is not { } branch)
        {
            return;
        }

        try
        {
            await folders.RemoveAsync(run.Record.CycleId, branch, CancellationToken.None);
        }
        catch (Exception failure) when (failure is Git.GitException or IOException or UnauthorizedAccessException)
        {
            // what is left is in our own data folder; the next start sweeps it
            LogNotCleanedUp(failure, run.Record.CycleId);
            await run.LogAsync($"could not remove {run.Worktree}: {failure.Message}", CancellationToken.None);
        }
    }

    private async Task ReportAsync(CycleRun run)
    {
        using var activity = CycleTelemetry.Source.StartActivity(TelemetryNames.Cycle.Report);
        await store.BeginStepAsync(run.Record.CycleId, TelemetryNames.Cycle.Report, CancellationToken.None);
        run.Record = run.Record with { FinishedAt = time.GetUtcNow() };
        activity.Describe(run.Record);
        activity?.Parent.Describe(run.Record);
        if (run.Record.ModelCall is { } call)
        {
            activity?.Parent.Describe(call);
        }

        await store.EndStepAsync(run.Record, TelemetryNames.Cycle.Report, StepState.Done, run.Record.Outcome?.ToText(), CancellationToken.None);
        LogFinished(run.Record.CycleId, run.Record.Outcome!.Value.ToText(), run.Record.Reason);
        await reporter.DeliverAsync(run.Record.CycleId, CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Information, "Cycle {CycleId} ended {Outcome}: {Reason}")]
    private partial void LogFinished(string cycleId, string outcome, string? reason);

    [LoggerMessage(LogLevel.Error, "Cycle {CycleId} failed unexpectedly in {Step}")]
    private partial void LogStepFailed(Exception failure, string cycleId, string step);

    [LoggerMessage(LogLevel.Warning, "The worktree or branch of cycle {CycleId} could not be removed")]
    private partial void LogNotCleanedUp(Exception failure, string cycleId);
}
