namespace Lakehouse.BotWorker.Forges;

/// <param name="RepositoryPath">The worker's own repository (<c>GitMirror</c>) that holds the commit.</param>
/// <param name="Commit">What is pushed: a commit and not a branch, so that nothing can come in between.</param>
/// <param name="Branch">Its name on the forge.</param>
/// <param name="BaseCommit">What the change was made on.</param>
internal sealed record PullRequestDraft(string RepositoryPath, string Commit, string Branch, string BaseBranch, string BaseCommit, string Title, string Body);

internal enum PullRequestState
{
    Open,

    /// <summary>Closed by a person without being merged.</summary>
    Closed,

    Merged,
}

/// <param name="Branch">Also known when the branch is deleted.</param>
/// <param name="Head">The commit it stands at; null when the forge does not tell.</param>
/// <param name="Author">The account that opened it, which is the bot's.</param>
internal sealed record PullRequest(int Number, string Url, string Title, string Branch, PullRequestState State, string? Head, string Author, DateTimeOffset CreatedAt)
{
    public bool Open => State == PullRequestState.Open;
}

/// <param name="MayWrite">Whether the author may write to the repository; nobody else is heard.</param>
/// <param name="Machine">Written by an app and not by a person.</param>
/// <param name="Verdict">A review's, as words: <c>approved</c>, <c>changes requested</c>.</param>
/// <param name="Path">The file that a line's comment is about.</param>
internal sealed record PullRequestComment(string Author, string Body, DateTimeOffset At, bool MayWrite, bool Machine = false, string? Verdict = null, string? Path = null);
