using Lakehouse.BotWorker.Forges.Remote;

namespace Lakehouse.BotWorker.Forges.Gitea;

/// <summary>Gitea (and Forgejo) over API v1.</summary>
internal sealed class GiteaForge(ForgeSettings settings, IHttpClientFactory clients, TimeProvider time) : RemoteForge(settings)
{
    // for git over HTTP Gitea takes a token as the password of any user
    private static readonly ForgeDialect Dialect = new(
        "Gitea", "Bot:Gitea", "'repository: read and write' and 'issue: read and write'", "token", "lakehouse-bot",
        new Dictionary<string, string>(StringComparer.Ordinal) { ["Accept"] = "application/json" });

    private readonly ForgeSettings _settings = settings;

    public override string Name => "gitea";

    public static ForgeTarget Resolve(RemoteSettings settings, string? origin) => ForgeTarget.Resolve(
        Dialect.Section, settings, settings.Url ?? RemoteAddress.Parse(origin)?.Server ?? throw ForgeTarget.Missing(Dialect.Section, nameof(settings.Url), origin),
        web: url => url, api: url => ForgeTarget.Plain(url) + "/api/v1", origin);

    protected override async Task<IForgeApi> ConnectAsync(string? origin, CancellationToken cancellationToken)
    {
        var target = Resolve(_settings.Gitea, origin);
        var access = await ForgeAccess.FindAsync(Dialect, _settings.Gitea, target, cancellationToken);
        return new GiteaApi(new ForgeHttp(clients.CreateClient(HttpClientName), Dialect, target, access, time));
    }
}
