using Lakehouse.BotWorker.Git;

namespace Lakehouse.BotWorker.Forges;

/// <summary>Where pull requests go. They are always drafts and never merged from here.</summary>
internal interface IForge
{
    string Name { get; }

    /// <summary>The pull requests, open or not, whose branch is in the repository itself and begins so; the newest first.</summary>
    Task<IReadOnlyList<PullRequest>> ListAsync(string branchPrefix, CancellationToken cancellationToken);

    /// <summary>What people wrote on it: comments, comments on lines, reviews; the oldest first.</summary>
    Task<IReadOnlyList<PullRequestComment>> CommentsAsync(PullRequest pull, CancellationToken cancellationToken);

    /// <summary>Takes the commit that a pull request stands at into the worker's own repository.</summary>
    Task FetchAsync(GitMirror mirror, PullRequest pull, CancellationToken cancellationToken);

    /// <summary>Pushes the branch and opens the draft. Called again, it finds what the first call made.</summary>
    Task<PullRequest> OpenDraftAsync(PullRequestDraft draft, CancellationToken cancellationToken);

    /// <summary>Pushes one more commit to its branch, never by force, and writes title and body anew. It may be called again.</summary>
    Task<PullRequest> UpdateAsync(int number, PullRequestDraft draft, CancellationToken cancellationToken);

    Task LabelAsync(PullRequest pull, string label, CancellationToken cancellationToken);
}
