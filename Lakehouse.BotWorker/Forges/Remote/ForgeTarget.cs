namespace Lakehouse.BotWorker.Forges.Remote;

/// <summary>Which repository on which server: what is configured, else what the target's <c>origin</c> says.</summary>
/// <param name="Web">Where its pages and git are, without a slash at the end.</param>
/// <param name="Api">Where its API is, the same way.</param>
/// <param name="PushUrl">Where branches are pushed to.</param>
/// <param name="PushNeedsCredential">False for a remote that is a folder.</param>
internal sealed record ForgeTarget(Uri Web, string Api, string Owner, string Repository, string PushUrl, bool PushNeedsCredential)
{
    public string Name => $"{Owner}/{Repository}";

    public string RepositoryApi => $"{Api}/repos/{Uri.EscapeDataString(Owner)}/{Uri.EscapeDataString(Repository)}";

    /// <param name="api">The API's address from the server's, and <paramref name="web"/> the other way round.</param>
    public static ForgeTarget Resolve(string section, RemoteSettings settings, string url, Func<Uri, Uri> web, Func<Uri, string> api, string? origin)
    {
        if (!Uri.TryCreate(url.TrimEnd('/'), UriKind.Absolute, out var configured) || configured.Scheme is not ("http" or "https"))
        {
            throw new ForgeException($"{section}:Url is '{url}'; an http or https address is accepted.");
        }

        var remote = RemoteAddress.Parse(origin);
        var owner = settings.Owner ?? remote?.Owner ?? throw Missing(section, nameof(settings.Owner), origin);
        var repository = settings.Repository ?? remote?.Repository ?? throw Missing(section, nameof(settings.Repository), origin);
        var server = web(configured);
        // A token is only ever shown to the configured server, whatever origin says.
        return remote is { IsFolder: true }
            ? new ForgeTarget(server, api(configured), owner, repository, origin!, PushNeedsCredential: false)
            : new ForgeTarget(server, api(configured), owner, repository, $"{Plain(server)}/{Uri.EscapeDataString(owner)}/{Uri.EscapeDataString(repository)}.git", PushNeedsCredential: true);
    }

    public static string Plain(Uri address) => address.AbsoluteUri.TrimEnd('/');

    public static ForgeException Missing(string section, string setting, string? origin) => new(origin is null
        ? $"{section}:{setting} is not set, and the target has no remote 'origin' that would tell."
        : $"{section}:{setting} is not set, and the target's remote 'origin' does not tell it.");
}
