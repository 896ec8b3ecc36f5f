namespace Lakehouse.BotWorker.Forges.Remote;

/// <summary>The calls of one forge's API that the bot makes, on one repository.</summary>
internal interface IForgeApi
{
    ForgeHttp Http { get; }

    /// <summary>Those whose branch is in the repository itself: anybody may name a branch of a fork as they like.</summary>
    /// <param name="state"><c>open</c> or <c>all</c>.</param>
    Task<IReadOnlyList<PullRequest>> ListAsync(string state, CancellationToken cancellationToken);

    Task<IReadOnlyList<PullRequestComment>> CommentsAsync(PullRequest pull, CancellationToken cancellationToken);

    /// <summary>Opens it as a draft, or, where the forge has none, with a title that says so.</summary>
    Task<PullRequest> CreateAsync(PullRequestDraft draft, CancellationToken cancellationToken);

    Task<PullRequest> UpdateAsync(int number, PullRequestDraft draft, CancellationToken cancellationToken);

    /// <summary>Adds the label, which is made when the repository does not have it.</summary>
    Task LabelAsync(PullRequest pull, string label, CancellationToken cancellationToken);
}
