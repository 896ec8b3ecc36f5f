namespace Lakehouse.BotWorker.Forges;

/// <summary>A pull request of the local forge as its file holds it. A person closes it by writing <c>"state": "closed"</c>.</summary>
internal sealed record LocalPullRequest(
    int Number, string Url, string Title, string Body, string Branch, string HeadSha, string BaseBranch, string BaseSha, bool Draft, string State, DateTimeOffset CreatedAt)
{
    public const string Opened = "open";

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsOpen => State == Opened;

    public PullRequest ToPullRequest() => new(Number, Url, Title, Branch, IsOpen);

    public string ToMarkdown() => $"# {Title}\n\nDraft, `{Branch}` into `{BaseBranch}`\n\n{Body.TrimEnd()}\n";
}
