using Microsoft.AspNetCore.HostFiltering;

namespace Lakehouse.Observer.Ingest;

/// <summary>
/// Answers only to names of this machine, unless <c>AllowedHosts</c> says otherwise: else a web page whose own name was
/// made to point at 127.0.0.1 could read the events.
/// </summary>
internal static class LocalHosts
{
    public static void AddLocalHosts(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["AllowedHosts"]))
        {
            builder.Services.Configure<HostFilteringOptions>(options => options.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);
        }
    }
}
