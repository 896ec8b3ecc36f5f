namespace Lakehouse.BotWorker.Forges.Gitea;

/// <summary>Body of <c>POST /repos/{owner}/{repo}/pulls</c>.</summary>
internal sealed record GiteaNewPull(string Title, string Body, string Head, string Base);

internal sealed record GiteaPull(int Number, string HtmlUrl, string Title, string State, bool Merged, GiteaHead? Head, GiteaUser? User, DateTimeOffset? CreatedAt)
{
    public PullRequest ToPullRequest() => new(
        Number, HtmlUrl, Title, Head?.Label ?? "", Merged ? PullRequestState.Merged : State == "open" ? PullRequestState.Open : PullRequestState.Closed,
        Head?.Sha, User?.Login ?? "", CreatedAt ?? DateTimeOffset.MinValue);
}

/// <param name="Label">The branch; <c>ref</c> is another one once the branch is deleted.</param>
internal sealed record GiteaHead(string? Label, string? Sha, GiteaRepository? Repo);

internal sealed record GiteaRepository(string FullName);

internal sealed record GiteaUser(string Login);

internal sealed record GiteaLabel(long Id, string Name);

/// <summary>A comment of the conversation, or one on a line.</summary>
internal sealed record GiteaComment(string? Body, GiteaUser? User, DateTimeOffset CreatedAt, string? Path)
{
    public PullRequestComment ToComment(IReadOnlySet<string> writers) => new(User?.Login ?? "", Body ?? "", CreatedAt, writers.Contains(User?.Login ?? ""), Path: Path);
}

internal sealed record GiteaReview(long Id, string? State, string? Body, GiteaUser? User, DateTimeOffset SubmittedAt, int CommentsCount)
{
    public bool IsSaid => State is "APPROVED" or "REQUEST_CHANGES" or "COMMENT";

    public PullRequestComment ToComment(IReadOnlySet<string> writers) => new(
        User?.Login ?? "", Body ?? "", SubmittedAt, writers.Contains(User?.Login ?? ""), Verdict: State switch { "APPROVED" => "approved", "REQUEST_CHANGES" => "changes requested", _ => null });
}
