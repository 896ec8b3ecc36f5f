using Lakehouse.BotWorker.Git;
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

        try
        {
            // a commit that nothing names once the branch is removed, for git to say what the proposal changes
            var files = run.Proposal.Files.ToDictionary(file => file.Path, file => file.Content);
            var sha = await run.Folders.Mirror.CommitAsync(run.Branch, run.BaseSha, files, "A proposal", run.Record.EnqueuedAt, cancellationToken);
            run.Record = run.Record.WithPatch(await run.Folders.Mirror.DiffAsync(run.BaseSha, sha, cancellationToken));
        }
        catch (GitException failure)
        {
            await run.LogAsync($"the proposal cannot be shown as a patch: {failure.Message}", cancellationToken);
        }

        return new CycleEnd(CycleOutcome.Ok, "Dry run: the proposal passed the guardrails and ScoreProposal. Nothing was applied, tested or published.");
    }
}
