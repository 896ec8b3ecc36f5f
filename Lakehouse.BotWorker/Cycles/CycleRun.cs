using System.Diagnostics;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>A cycle while it runs in this process.</summary>
internal sealed class CycleRun(CycleRecord record, CycleStore store, CycleFolders folders)
{
    private bool _hasWorktree;

    public CycleRecord Record { get; set; } = record;

    /// <summary>The span of the step that runs.</summary>
    public Activity? Activity { get; set; }

    /// <summary>One line for people, beside the step.</summary>
    public string? Detail { get; set; }

    public CycleFolders Folders => folders;

    public string Worktree => folders.Worktree(Record.CycleId);

    public Gap Gap => Record.Gap ?? throw new InvalidOperationException("No gap was picked.");

    public Proposal Proposal => Record.Proposal ?? throw new InvalidOperationException("There is no proposal.");

    public string BaseSha => Record.BaseSha ?? throw new InvalidOperationException("The base commit is not known.");

    public string Branch => Record.Branch ?? throw new InvalidOperationException("No branch was named.");

    public Task LogAsync(string line, CancellationToken cancellationToken) => store.LogAsync(Record.CycleId, line, cancellationToken);

    /// <summary>Stores what is known so far, before a side effect that must not happen twice.</summary>
    public Task SaveAsync(CancellationToken cancellationToken) => store.SaveAsync(Record, cancellationToken);

    /// <summary>
    /// The base commit in a folder of its own. A process that takes a cycle up does not trust what it finds there: it
    /// makes the folder anew and writes what was applied before.
    /// </summary>
    public async Task PrepareWorktreeAsync(CancellationToken cancellationToken)
    {
        if (_hasWorktree)
        {
            return;
        }

        Directory.CreateDirectory(folders.Worktrees);
        await folders.Mirror.AddWorktreeAsync(Worktree, Branch, BaseSha, cancellationToken);
        if (Record.Files.Count > 0)
        {
            await Applier.ApplyAsync(Worktree, Proposal, cancellationToken);
        }

        _hasWorktree = true;
    }
}
