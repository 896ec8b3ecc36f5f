using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>Where <c>propose</c> and <c>rehearse</c> stop, with the outcome that the cycle would have had if all that is left went well.</summary>
internal sealed class EndDryRun : ICycleStep
{
    public string Name => TelemetryNames.Cycle.EndDryRun;

    public CycleOutcome WhenItFails => CycleOutcome.PrFailed;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        if (run.Record.Depth == CycleDepth.Rehearse)
        {
            return new CycleEnd(CycleOutcome.Ok, $"Dry run: {run.Record.Tests?.Reason ?? "the tests are green"}, and the commit was made. Nothing was pushed, and no pull request was opened.");
        }

        await ProposalPatch.ShowAsync(run, cancellationToken);
        return new CycleEnd(CycleOutcome.Ok, "Dry run: the proposal passed the guardrails and ScoreProposal. Nothing was applied, tested or published.");
    }
}
