namespace Lakehouse.Gateway.Home;

/// <summary>Where the home page points to outside the gateway.</summary>
/// <param name="Dashboard">The Aspire dashboard (<c>Dashboard:Url</c>); null = there is none, and traces are not linked.</param>
/// <param name="Worker">The worker's pages (<c>Worker:Url</c>).</param>
internal sealed record HomeLinks(Uri? Dashboard, Uri Worker)
{
    private static readonly Uri UsualWorker = new("http://localhost:3300/");

    public static HomeLinks Of(IConfiguration configuration) => new(Read(configuration, "Dashboard:Url"), Read(configuration, "Worker:Url") ?? UsualWorker);

    /// <returns>The dashboard's page of a trace (https://aspire.dev/dashboard/explore/), or null where there is no dashboard.</returns>
    public string? Trace(string traceId) => Dashboard is null ? null : $"{Dashboard.AbsoluteUri.TrimEnd('/')}/traces/detail/{Uri.EscapeDataString(traceId)}";

    /// <summary>The worker's page of a cycle.</summary>
    public string Cycle(string cycleId) => new Uri(Worker, $"/hangfire/bot/cycles/{Uri.EscapeDataString(cycleId)}").AbsoluteUri;

    public void AddTrace(Html html, string? traceId)
    {
        if (traceId is not null)
        {
            _ = Trace(traceId) is { } url ? html.Add($"""<a href="{url}" rel="noreferrer">{traceId}</a>""") : html.Add($"<code>{traceId}</code>");
        }
    }

    private static Uri? Read(IConfiguration configuration, string key)
    {
        if (configuration[key] is not { Length: > 0 } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? url
            : throw new InvalidOperationException($"{key} is '{text}'; accepted is an address such as http://localhost:18888.");
    }
}
