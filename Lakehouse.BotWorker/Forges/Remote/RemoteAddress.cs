using System.Text.RegularExpressions;

namespace Lakehouse.BotWorker.Forges.Remote;

/// <summary>What a git remote's address says about where a repository lives.</summary>
/// <param name="Server">The web address of the server; null for SSH and for folders, which do not tell.</param>
internal sealed partial record RemoteAddress(string? Server, string? Owner, string? Repository, bool IsFolder)
{
    public static RemoteAddress? Parse(string? url)
    {
        if (string.IsNullOrWhiteSpace(url))
        {
            return null;
        }

        if (Path.IsPathRooted(url) || url.StartsWith("file://", StringComparison.OrdinalIgnoreCase))
        {
            return Of(null, url, isFolder: true);
        }

        if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            var names = Names(uri!.AbsolutePath);
            // a Gitea under a sub-path: all that is before the owner belongs to the server
            var prefix = string.Concat(names.SkipLast(2).Select(name => "/" + name));
            return Of($"{uri.Scheme}://{uri.Authority}{prefix}", uri.AbsolutePath, isFolder: false);
        }

        if (uri?.Scheme == "ssh")
        {
            return Of(null, uri.AbsolutePath, isFolder: false);
        }

        return Scp().Match(url) is { Success: true } scp ? Of(null, scp.Groups["path"].Value, isFolder: false) : null;
    }

    private static RemoteAddress Of(string? server, string path, bool isFolder)
    {
        var names = Names(path);
        return new RemoteAddress(server, names.Length >= 2 ? names[^2] : null, names.Length >= 1 ? Name(names[^1]) : null, isFolder);
    }

    private static string[] Names(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static string Name(string last) => last.EndsWith(".git", StringComparison.Ordinal) ? last[..^4] : last;

    // git@host:owner/name.git
    [GeneratedRegex(@"^([^@/]+@)?[^:/]+:(?<path>.+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scp();
}
