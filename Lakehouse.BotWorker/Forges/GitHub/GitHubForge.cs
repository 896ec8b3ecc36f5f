using Lakehouse.BotWorker.Forges.Remote;

namespace Lakehouse.BotWorker.Forges.GitHub;

/// <summary>GitHub, its Enterprise Server and its Enterprise Cloud with data residence, over the REST API.</summary>
internal sealed class GitHubForge(ForgeSettings settings, IHttpClientFactory clients, TimeProvider time) : RemoteForge(settings)
{
    private const string EnterpriseApi = "/api/v3";

    private static readonly ForgeDialect Dialect = new(
        "GitHub", "Bot:GitHub", "the permissions 'Contents: read and write' and 'Pull requests: read and write'", "Bearer", "x-access-token",
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Accept"] = "application/vnd.github+json",
            ["X-GitHub-Api-Version"] = "2022-11-28",
            // without one GitHub answers 403
            ["User-Agent"] = "lakehouse-bot",
        });

    private readonly ForgeSettings _settings = settings;

    public override string Name => "github";

    public static ForgeTarget Resolve(RemoteSettings settings, string? origin) =>
        settings.Url is null && RemoteAddress.Parse(origin)?.Server is { } server && !new Uri(server).Host.Equals("github.com", StringComparison.OrdinalIgnoreCase)
            ? throw new ForgeException($"{Dialect.Section}:Url is not set, and the target's remote 'origin' is not on github.com; for an Enterprise Server set it to {server}{EnterpriseApi}.")
            : ForgeTarget.Resolve(Dialect.Section, settings, settings.Url ?? "https://api.github.com", Web, ForgeTarget.Plain, origin);

    protected override async Task<IForgeApi> ConnectAsync(string? origin, CancellationToken cancellationToken)
    {
        var target = Resolve(_settings.GitHub, origin);
        var access = await ForgeAccess.FindAsync(Dialect, _settings.GitHub, target, cancellationToken);
        return new GitHubApi(new ForgeHttp(clients.CreateClient(HttpClientName), Dialect, target, access, time));
    }

    // api.github.com and api.NAME.ghe.com serve the API, and git is one name up; an Enterprise Server has both on one host
    private static Uri Web(Uri api)
    {
        var web = new UriBuilder(api);
        if (web.Host.StartsWith("api.", StringComparison.OrdinalIgnoreCase))
        {
            web.Host = web.Host[4..];
        }

        if (web.Path.EndsWith(EnterpriseApi, StringComparison.OrdinalIgnoreCase))
        {
            web.Path = web.Path[..^EnterpriseApi.Length];
        }

        return web.Uri;
    }
}
