namespace Lakehouse.BotWorker.Forges.GitHub;

/// <summary>Body of <c>POST /repos/{owner}/{repo}/pulls</c>.</summary>
internal sealed record GitHubNewPull(string Title, string Body, string Head, string Base, bool Draft);

internal sealed record GitHubPull(int Number, string HtmlUrl, string Title, string State, bool Draft, DateTimeOffset? MergedAt, GitHubHead? Head, GitHubUser? User, DateTimeOffset CreatedAt)
{
    public PullRequest ToPullRequest() => new(
        Number, HtmlUrl, Title, Head?.Ref ?? "", MergedAt is not null ? PullRequestState.Merged : State == "open" ? PullRequestState.Open : PullRequestState.Closed,
        Head?.Sha, User?.Login ?? "", CreatedAt);
}

/// <param name="Repo">Null when the fork it was in is gone.</param>
internal sealed record GitHubHead(string Ref, string Sha, GitHubRepository? Repo);

internal sealed record GitHubRepository(string FullName);

/// <param name="Type"><c>User</c>, or <c>Bot</c> for an app.</param>
internal sealed record GitHubUser(string Login, string? Type);

/// <summary>A comment of the conversation, or one on a line. The user of a deleted account is null.</summary>
internal sealed record GitHubComment(string? Body, GitHubUser? User, string? AuthorAssociation, DateTimeOffset CreatedAt, string? Path)
{
    public PullRequestComment ToComment() => new(User?.Login ?? "", Body ?? "", CreatedAt, GitHubAssociation.MayWrite(AuthorAssociation), User?.Type == "Bot", Path: Path);
}

/// <param name="SubmittedAt">Null while its author still writes it.</param>
internal sealed record GitHubReview(string? State, string? Body, GitHubUser? User, string? AuthorAssociation, DateTimeOffset? SubmittedAt)
{
    public PullRequestComment ToComment() => new(
        User?.Login ?? "", Body ?? "", SubmittedAt ?? DateTimeOffset.MinValue, GitHubAssociation.MayWrite(AuthorAssociation), User?.Type == "Bot",
        State switch { "APPROVED" => "approved", "CHANGES_REQUESTED" => "changes requested", _ => null });
}

internal static class GitHubAssociation
{
    public static bool MayWrite(string? association) => association is "OWNER" or "MEMBER" or "COLLABORATOR";
}
