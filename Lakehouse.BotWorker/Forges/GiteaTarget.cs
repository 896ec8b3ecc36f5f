namespace Lakehouse.BotWorker.Forges;

/// <summary>Which repository on which Gitea: what is configured, else what the target's <c>origin</c> says.</summary>
/// <param name="Url">Without a slash at the end.</param>
/// <param name="PushUrl">Where branches are pushed to.</param>
/// <param name="PushNeedsCredential">False for a remote that is a folder.</param>
internal sealed record GiteaTarget(Uri Url, string Owner, string Repository, string PushUrl, bool PushNeedsCredential)
{
    public string Api => $"{Url.AbsoluteUri.TrimEnd('/')}/api/v1/repos/{Uri.EscapeDataString(Owner)}/{Uri.EscapeDataString(Repository)}";

    public static GiteaTarget Resolve(GiteaSettings settings, string? origin)
    {
        var remote = RemoteAddress.Parse(origin);
        var url = settings.Url ?? remote?.Server ?? throw Missing("Url", origin);
        if (!Uri.TryCreate(url.TrimEnd('/'), UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
        {
            throw new ForgeException($"Bot:Gitea:Url is '{url}'; an http or https address is accepted.");
        }

        var owner = settings.Owner ?? remote?.Owner ?? throw Missing("Owner", origin);
        var repository = settings.Repository ?? remote?.Repository ?? throw Missing("Repository", origin);
        // A token is only ever shown to the configured server, whatever origin says.
        return remote is { IsFolder: true }
            ? new GiteaTarget(server, owner, repository, origin!, PushNeedsCredential: false)
            : new GiteaTarget(server, owner, repository, $"{server.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(owner)}/{Uri.EscapeDataString(repository)}.git", PushNeedsCredential: true);
    }

    private static ForgeException Missing(string setting, string? origin) => new(origin is null
        ? $"Bot:Gitea:{setting} is not set, and the target has no remote 'origin' that would tell."
        : $"Bot:Gitea:{setting} is not set, and the target's remote 'origin' does not tell it.");
}
