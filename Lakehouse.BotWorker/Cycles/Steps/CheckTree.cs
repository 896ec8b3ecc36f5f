using Lakehouse.BotWorker.Git;
using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>The checkout must be clean, so that what is proposed is made on what the person sees. From here on only its HEAD counts.</summary>
internal sealed class CheckTree : ICycleStep
{
    public string Name => TelemetryNames.Cycle.CheckTree;

    public CycleOutcome WhenItFails => CycleOutcome.SkippedDirtyTree;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        var target = run.Folders.Target;
        try
        {
            if (!await target.IsCleanAsync(cancellationToken))
            {
                return new CycleEnd(CycleOutcome.SkippedDirtyTree, $"The target repository {target.Path} has uncommitted changes; commit or stash them.");
            }

            var head = await target.HeadAsync(cancellationToken);
            await run.Folders.Mirror.FetchAsync(target, head, cancellationToken);
            // a detached HEAD names no branch; "main" is what most forges have
            var branch = await target.BranchAsync(cancellationToken) ?? "main";
            run.Record = run.Record with { BaseSha = head, BaseBranch = branch };
            run.Detail = $"clean at {head[..12]} on {branch}";
            return null;
        }
        catch (GitException failure)
        {
            return new CycleEnd(CycleOutcome.SkippedDirtyTree, $"Whether the target repository is clean could not be told: {failure.Message}");
        }
    }
}
