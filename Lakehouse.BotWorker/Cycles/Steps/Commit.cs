using Lakehouse.BotWorker.Git;
using Lakehouse.BotWorker.Guardrails;
using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>Makes the commit from the stored proposal, not from the folder that tests ran in, and looks at the patch once more.</summary>
internal sealed class Commit : ICycleStep
{
    public string Name => TelemetryNames.Cycle.Commit;

    public CycleOutcome WhenItFails => CycleOutcome.PrFailed;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        var mirror = run.Folders.Mirror;
        try
        {
            var changed = run.Record.Files.Where(file => file.Change != FileChange.Noop).Select(file => file.Path).ToHashSet();
            var files = run.Proposal.Files.Where(file => changed.Contains(file.Path)).ToDictionary(file => file.Path, file => file.Content);
            // the same time each time: a cycle that is taken up makes the same commit again
            var sha = await mirror.CommitAsync(run.Branch, run.BaseSha, files, Message(run), run.Record.EnqueuedAt, cancellationToken, run.Record.Pulls?.Update?.Head);
            var refusals = await PatchGuard.CheckAsync(mirror, run.BaseSha, sha, run.Proposal, cancellationToken);
            if (refusals.Count > 0)
            {
                return new CycleEnd(CycleOutcome.ProposalRejected, $"The patch was refused before publishing: {string.Join("; ", refusals)}");
            }

            var patch = await mirror.DiffAsync(run.BaseSha, sha, cancellationToken);
            run.Record = run.Record.WithPatch(patch) with { CommitSha = sha, PatchHash = PublishGuard.HashOf(patch) };
            run.Detail = sha[..12];
            return null;
        }
        catch (GitException failure)
        {
            return new CycleEnd(CycleOutcome.PrFailed, $"The commit could not be made: {failure.Message}");
        }
    }

    private static string Message(CycleRun run) =>
        $"{PullRequestText.Subject(run.Record)}\n\n{run.Gap.Line}\n\nGap: {run.Gap.Id}\nCycle: {run.Record.CycleId}\n";
}
