using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

internal sealed class Decide : ICycleStep
{
    public string Name => TelemetryNames.Cycle.Decide;

    public CycleOutcome WhenItFails => CycleOutcome.PrSkippedByPolicy;

    public Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        var tests = run.Record.Tests ?? throw new InvalidOperationException("The tests were not run.");
        // that a pull request was opened before is no reason against it when a person asked for another try
        var history = run.Record.Pulls?.Redo is null ? run.Record.History : [.. run.Record.History.Where(cycle => cycle.Outcome != CycleOutcome.Ok)];
        var verdict = Policy.ShouldOpenPR(run.Proposal, run.Gap, tests, history);
        run.Detail = verdict.Reason;
        return Task.FromResult(verdict.Allowed ? null : new CycleEnd(CycleOutcome.PrSkippedByPolicy, $"ShouldOpenPR said no: {verdict.Reason}"));
    }
}
