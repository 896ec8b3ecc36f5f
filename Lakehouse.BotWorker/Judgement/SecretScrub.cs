using System.Text.RegularExpressions;
using Lakehouse.BotWorker.Git;
using Lakehouse.BotWorker.Guardrails;

namespace Lakehouse.BotWorker.Judgement;

/// <summary>
/// Takes out of a test's output what a model must not see. The sandbox has no secrets of the machine; but a target may have some in its
/// files, and a test may print them.
/// </summary>
internal static partial class SecretScrub
{
    private const string Instead = "[secret]";
    private const int Shortest = 8;
    private const int Most = 1_000;

    private static readonly char[] Separators = ['=', ':', ' ', '"', '\'', ',', ';'];

    /// <summary>The lines and values of the files that are secret by their name.</summary>
    public static async Task<IReadOnlyList<string>> InAsync(GitMirror mirror, string sha, IReadOnlyList<string> tracked, CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in tracked.Where(ProtectedPaths.IsSecret))
        {
            var lines = (await mirror.ReadFileAsync(sha, path, cancellationToken) ?? "").Split('\n', StringSplitOptions.TrimEntries);
            found.UnionWith(lines.SelectMany(line => line.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Append(line)).Where(value => value.Length >= Shortest && !value.StartsWith('#')));
        }

        // the longest first: one may be a part of another
        return [.. found.OrderByDescending(value => value.Length).Take(Most)];
    }

    public static string Clean(string text, IReadOnlyList<string> secrets)
    {
        var clean = secrets.Aggregate(text, (left, secret) => left.Replace(secret, Instead, StringComparison.Ordinal));
        try
        {
            return Shapes().Replace(PrivateKey().Replace(clean, Instead), $"${{name}}{Instead}");
        }
        catch (RegexMatchTimeoutException)
        {
            return "(the output could not be searched for secrets in time, and is not shown)";
        }
    }

    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PrivateKey();

    // keys that say by their form what they are, and values of names that say it
    [GeneratedRegex(
        @"\b(sk|pk|rk)[-_][A-Za-z0-9_-]{16,}|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bxox[abprs]-[\w-]{10,}|\bA(KIA|SIA)[A-Z0-9]{16}\b|\bAIza[\w-]{30,}|\blh_[A-Za-z0-9_]{16,}|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*"
        + @"|(?<name>\b(authorization|bearer|basic)[ :]+)(?!\[)[A-Za-z0-9._~+/=-]{8,}|(?<name>[\w.-]*(password|passwd|secret|token|api[-_]?key)[\w.-]*[""']?\s*[=:]\s*[""']?)(?!\[)[^\s""',;]{6,}|(?<name>://[^/\s:@]*:)[^/\s@]+(?=@)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Shapes();
}
