using System.Globalization;

namespace Lakehouse.BotWorker.Git;

/// <summary>Who signs the bot's commits. The time is the cycle's, so that the same cycle makes the same commit.</summary>
internal static class GitAuthor
{
    public const string Name = "Lakehouse bot";
    public const string Email = "bot@lakehouse.invalid";

    public static IReadOnlyDictionary<string, string?> At(DateTimeOffset time)
    {
        // the @ is for small numbers, which git would take for a year
        var date = "@" + time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + " +0000";
        return new Dictionary<string, string?>
        {
            ["GIT_AUTHOR_NAME"] = Name,
            ["GIT_AUTHOR_EMAIL"] = Email,
            ["GIT_AUTHOR_DATE"] = date,
            ["GIT_COMMITTER_NAME"] = Name,
            ["GIT_COMMITTER_EMAIL"] = Email,
            ["GIT_COMMITTER_DATE"] = date,
        };
    }
}
