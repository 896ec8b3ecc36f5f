using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>Where <c>depth: propose</c> stops, with the outcome that the cycle would have had if the tests are green.</summary>
internal sealed class EndDryRun : ICycleStep
{
    public string Name => TelemetryNames.Cycle.Decide;

    public CycleOutcome WhenItFails => CycleOutcome.PrSkippedByPolicy;

    public Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken) => Task.FromResult<CycleEnd?>(
        new CycleEnd(CycleOutcome.Ok, "Dry run: the proposal passed the guardrails and ScoreProposal. Nothing was applied, tested or published."));
}
