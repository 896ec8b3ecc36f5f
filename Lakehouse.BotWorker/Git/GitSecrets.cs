using System.Text.RegularExpressions;

namespace Lakehouse.BotWorker.Git;

internal static partial class GitSecrets
{
    /// <summary>Git repeats URLs in its errors, with the user and password that somebody put there.</summary>
    public static string Remove(string text, IEnumerable<string> secrets)
    {
        var clean = UserInUrl().Replace(text, "${scheme}***@");
        return secrets.Where(secret => secret.Length > 0).Aggregate(clean, (current, secret) => current.Replace(secret, "***", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"(?<scheme>[a-z][a-z0-9+.-]*://)[^/\s@']+@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UserInUrl();
}
