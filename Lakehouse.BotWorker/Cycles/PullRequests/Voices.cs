using Lakehouse.BotWorker.Forges;

namespace Lakehouse.BotWorker.Cycles.PullRequests;

/// <summary>Who is heard on a pull request: people who may write to the repository. Not outsiders, not apps, not the bot itself.</summary>
internal static class Voices
{
    /// <summary>Begins the hidden block of everything that the bot writes.</summary>
    public const string OwnMark = "<!-- lakehouse-bot";

    private const int LongestNote = 1_000;
    private const int MostNotes = 20;

    /// <param name="personalToken">The bot uses a person's own account, whose comments are then that person's.</param>
    public static bool IsHeard(PullRequest pull, PullRequestComment comment, bool personalToken) =>
        comment is { MayWrite: true, Machine: false, Author.Length: > 0 }
        && (personalToken || !comment.Author.Equals(pull.Author, StringComparison.OrdinalIgnoreCase))
        && !comment.Body.Contains(OwnMark, StringComparison.OrdinalIgnoreCase);

    /// <summary>The last word that was said after what the bot has read already.</summary>
    public static AskedCommand? Command(IEnumerable<PullRequestComment> heard, DateTimeOffset? readUntil) => heard
        .Where(comment => readUntil is null || comment.At > readUntil)
        .OrderBy(comment => comment.At)
        .Select(comment => AskedCommand.Of(comment.Author, comment.Body, comment.At))
        .LastOrDefault(command => command is not null);

    public static ReviewedPull Review(PullRequest pull, IEnumerable<PullRequestComment> heard) => new(pull.Number, pull.State,
    [
        .. heard.Where(comment => comment.Verdict is not null || !string.IsNullOrWhiteSpace(comment.Body))
            .TakeLast(MostNotes)
            .Select(comment => new ReviewNote(comment.Author, comment.At, Cut(comment.Body.Trim()), comment.Verdict, comment.Path)),
    ]);

    private static string Cut(string text) => text.Length <= LongestNote ? text : text[..LongestNote] + "…";
}
