using System.Diagnostics;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>A cycle while it runs in this process.</summary>
internal sealed class CycleRun(CycleRecord record, CycleStore store, CycleFolders folders)
{
    private Holds _holds;

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
    /// The base commit in a folder of its own. Nobody trusts what tests, or a process that died, left there: it is made anew then.
    /// </summary>
    public async Task PrepareBaseAsync(CancellationToken cancellationToken)
    {
        if (_holds == Holds.Base)
        {
            return;
        }

        Directory.CreateDirectory(folders.Worktrees);
        await folders.Mirror.AddWorktreeAsync(Worktree, Branch, BaseSha, cancellationToken);
        _holds = Holds.Base;
    }

    /// <summary>Writes the proposal over the base commit.</summary>
    /// <exception cref="ApplyException">It does not fit.</exception>
    public async Task<IReadOnlyList<AppliedFile>> ApplyAsync(CancellationToken cancellationToken)
    {
        await PrepareBaseAsync(cancellationToken);
        LeaveWorktree();
        var files = await Applier.ApplyAsync(Worktree, Proposal, cancellationToken);
        _holds = Holds.Proposal;
        return files;
    }

    /// <summary>The base commit with the proposal over it, again where another process wrote it.</summary>
    public Task PrepareProposalAsync(CancellationToken cancellationToken) => _holds == Holds.Proposal ? Task.CompletedTask : ApplyAsync(cancellationToken);

    /// <summary>Code of the target runs in the worktree: what is there then is known no more.</summary>
    public void LeaveWorktree() => _holds = Holds.Unknown;

    private enum Holds
    {
        Unknown,
        Base,
        Proposal,
    }
}
