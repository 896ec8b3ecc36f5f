using Lakehouse.BotWorker.Git;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>A proposal that is not published, as people read a change: by a commit that nothing names once the branch is removed.</summary>
internal static class ProposalPatch
{
    public static async Task ShowAsync(CycleRun run, CancellationToken cancellationToken)
    {
        try
        {
            var files = run.Proposal.Files.ToDictionary(file => file.Path, file => file.Content);
            var sha = await run.Folders.Mirror.CommitAsync(run.Branch, run.BaseSha, files, "A proposal", run.Record.EnqueuedAt, cancellationToken);
            run.Record = run.Record.WithPatch(await run.Folders.Mirror.DiffAsync(run.BaseSha, sha, cancellationToken));
        }
        catch (GitException failure)
        {
            await run.LogAsync($"the proposal cannot be shown as a patch: {failure.Message}", cancellationToken);
        }
    }
}
