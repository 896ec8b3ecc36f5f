using Microsoft.Extensions.Configuration;

namespace Lakehouse.AppHost.House;

/// <summary>The Aspire dashboard listens where Aspire expects it: on the AppHost's own address.</summary>
internal static class Dashboard
{
    public static string? Url(IConfiguration configuration) =>
        Telemetry.GoesElsewhere ? null : configuration["ASPNETCORE_URLS"]?.Split(';', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()?.TrimEnd('/');
}
