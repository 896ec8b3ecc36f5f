namespace Lakehouse.BotWorker.Git;

/// <summary>A git command failed; the message holds what git said, without secrets.</summary>
internal sealed class GitException(string message) : Exception(message)
{
    /// <summary>A push was refused because what the branch stands at is no ancestor of what was pushed.</summary>
    public bool BranchMoved { get; init; }
}
