namespace Lakehouse.BotWorker.Forges;

/// <param name="RepositoryPath">The worker's own repository (<c>GitMirror</c>) that holds the branch.</param>
internal sealed record PullRequestDraft(string RepositoryPath, string Branch, string BaseBranch, string Title, string Body);

internal sealed record PullRequest(int Number, string Url, string Title, string Branch, bool Open);
