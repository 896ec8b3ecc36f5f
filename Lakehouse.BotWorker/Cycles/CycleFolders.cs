using Lakehouse.BotWorker.Git;
using Lakehouse.BotWorker.Sandbox;
using Microsoft.Extensions.Options;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>Where a cycle's things are. All of it is below the worker's data folder, nothing in the target.</summary>
internal sealed class CycleFolders(IOptions<BotOptions> options)
{
    private readonly string _data = options.Value.DataFolder;

    public GitCheckout Target { get; } = new(options.Value.TargetRepository);

    public GitMirror Mirror { get; } = new(Path.Combine(options.Value.DataFolder, "mirror", Path.GetFileName(Path.TrimEndingDirectorySeparator(options.Value.TargetRepository)) + ".git"));

    public string Worktrees => Path.Combine(_data, "worktrees");

    public string Homes => Path.Combine(_data, "homes");

    /// <summary>What the tests of base commits gave, and the homes that they left.</summary>
    public string Baselines => Path.Combine(_data, "baselines");

    public string Worktree(string cycleId) => Path.Combine(Worktrees, cycleId);

    /// <summary>HOME of the target's tests.</summary>
    public string Home(string cycleId) => Path.Combine(Homes, cycleId);

    /// <summary>The target and the data of the worker are hidden from tests, but for the history that their worktree belongs to.</summary>
    public SandboxFolders Sandbox(string cycleId, string home) => new(Worktree(cycleId), home, [_data, Target.Path], [Mirror.Path, .. options.Value.Sandbox.Read]);

    public string Result(string cycleId) => Path.Combine(Results, cycleId + ".json");

    private string Results => Path.Combine(_data, "_bot", "cycles");

    /// <summary>What was to become a result or a baseline when the worker was killed.</summary>
    public void RemoveHalves(IReadOnlySet<string> unfinished)
    {
        foreach (var half in Directory.Exists(Results) ? Directory.EnumerateFiles(Results, "*.tmp") : [])
        {
            File.Delete(half);
        }

        // named key.cycle; a cycle that goes on makes its own anew
        foreach (var half in Directory.Exists(Baselines) ? Directory.EnumerateDirectories(Baselines) : [])
        {
            if (Path.GetExtension(half) is { Length: > 1 } extension && !unfinished.Contains(extension[1..]))
            {
                WorktreeFolder.Delete(half);
            }
        }
    }

    /// <summary>Ends what a worker that was killed had git do, and takes its halves away. For the holder of the lease.</summary>
    public void TakeOver()
    {
        OrphanedGit.Kill();
        UnfinishedGit.Remove(Mirror.Path);
    }

    /// <summary>Nothing of a cycle stays but its result; without a branch it had nothing.</summary>
    public async Task RemoveAsync(string cycleId, string? branch, CancellationToken cancellationToken)
    {
        if (Directory.Exists(Home(cycleId)))
        {
            WorktreeFolder.Delete(Home(cycleId));
        }

        if (Directory.Exists(Mirror.Path))
        {
            await Mirror.RemoveWorktreeAsync(Worktree(cycleId), cancellationToken);
            if (branch is not null)
            {
                await Mirror.DeleteBranchAsync(branch, cancellationToken);
            }
        }
    }
}
