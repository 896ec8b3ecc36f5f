namespace Lakehouse.BotWorker.Forges;

/// <summary>Where pull requests go. They are always drafts and never merged from here.</summary>
internal interface IForge
{
    string Name { get; }

    /// <summary>The open pull request on a branch with this prefix; else the latest closed one; else null.</summary>
    Task<PullRequest?> FindAsync(string branchPrefix, CancellationToken cancellationToken);

    /// <summary>Pushes the branch and opens the draft. Called again, it finds what the first call made.</summary>
    Task<PullRequest> OpenDraftAsync(PullRequestDraft draft, CancellationToken cancellationToken);
}
