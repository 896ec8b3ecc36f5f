using Lakehouse.BotWorker.Forges;

namespace Lakehouse.BotWorker.Cycles.PullRequests;

/// <param name="Heard">Those of the comments whose author is listened to.</param>
internal sealed record PullRequestTalk(PullRequest Pull, IReadOnlyList<PullRequestComment> Comments, IReadOnlyList<PullRequestComment> Heard);

/// <summary>What the forge and the bot's own records say of a gap.</summary>
/// <param name="Current">The gap's open pull request, else its latest.</param>
/// <param name="Talks">The latest ones with what was said there, by number.</param>
/// <param name="OpenOfBot">Open pull requests of the bot on any gap.</param>
/// <param name="Committed">The gap's cycles that made a commit, newest first.</param>
internal sealed record ScoutReport(PullRequest? Current, IReadOnlyList<PullRequestTalk> Talks, int OpenOfBot, IReadOnlyList<CycleRecord> Committed)
{
    /// <summary>The cycle that made what the branch stands at; null when that was somebody else.</summary>
    public CycleRecord? MadeHead => Current?.Head is { } head ? Committed.FirstOrDefault(cycle => cycle.CommitSha == head) : null;

    public AskedCommand? Command => Current is { } pull ? Voices.Command(Talk(pull).Heard, ReadUntil(pull, Committed)) : null;

    /// <summary>Commands that were written by people who are not listened to.</summary>
    public IEnumerable<AskedCommand> Unheard => Current is { } pull
        ? Talk(pull).Comments.Except(Talk(pull).Heard).Select(comment => AskedCommand.Of(comment.Author, comment.Body, comment.At)).OfType<AskedCommand>()
        : [];

    public IReadOnlyList<ReviewedPull> Notes => [.. Talks.Select(talk => Voices.Review(talk.Pull, talk.Heard))];

    public DateTimeOffset? NewestComment => Talks.SelectMany(talk => talk.Comments).Select(comment => (DateTimeOffset?)comment.At).Max();

    /// <summary>Up to where the comments were read by the last cycle that brought something onto this pull request.</summary>
    private static DateTimeOffset? ReadUntil(PullRequest pull, IReadOnlyList<CycleRecord> committed) =>
        committed.FirstOrDefault(cycle => cycle.Outcome == CycleOutcome.Ok && cycle.PrUrl == pull.Url)?.Pulls?.CommentsUntil;

    private PullRequestTalk Talk(PullRequest pull) => Talks.First(talk => talk.Pull.Number == pull.Number);
}
