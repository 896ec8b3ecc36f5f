using System.Text.Json.Serialization;

namespace Lakehouse.BotWorker.Forges.Local;

/// <summary>A pull request of the local forge as its file holds it. A person closes it on its page, or by writing <c>"state": "closed"</c>.</summary>
/// <param name="HeadSha">What the bot pushed last; where the branch stands now, its repository knows.</param>
/// <param name="State"><c>open</c>, <c>closed</c> or <c>merged</c>.</param>
internal sealed record LocalPullRequest(
    int Number, string Url, string Title, string Body, string Branch, string HeadSha, string BaseBranch, string BaseSha, bool Draft, string State, DateTimeOffset CreatedAt,
    IReadOnlyList<string>? Labels = null)
{
    public const string Opened = "open";
    public const string Closed = "closed";
    public const string Merged = "merged";
    public const string Author = "lakehouse-bot";

    [JsonIgnore]
    public bool IsOpen => State == Opened;

    public PullRequest ToPullRequest(string? head) => new(
        Number, Url, Title, Branch, State switch { Opened => PullRequestState.Open, Merged => PullRequestState.Merged, _ => PullRequestState.Closed }, head, Author, CreatedAt);

    public string ToMarkdown() => $"# {Title}\n\nDraft, `{Branch}` into `{BaseBranch}`\n\n{Body.TrimEnd()}\n";
}

/// <summary>A line of the file beside it.</summary>
internal sealed record LocalComment(string Author, string Body, DateTimeOffset At);
