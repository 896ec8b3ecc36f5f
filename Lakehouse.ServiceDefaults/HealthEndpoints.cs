using System.Text.Json;
using Lakehouse.ServiceDefaults.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Lakehouse.ServiceDefaults;

/// <summary><c>GET /alive</c>: the process runs. <c>GET /health</c>: it can do its work; the body says what it lacks.</summary>
public static class HealthEndpoints
{
    private const string Live = "live";

    internal static void AddDefaultHealthChecks(this IHostApplicationBuilder builder) =>
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [Live]);

    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = WriteAsync });
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Live), ResponseWriter = WriteAsync });
        return app;
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var checks = report.Entries.ToDictionary(
            entry => entry.Key,
            entry => new { status = Name(entry.Value.Status), detail = entry.Value.Description },
            StringComparer.Ordinal);
        return context.Response.WriteAsJsonAsync(new { status = Name(report.Status), checks }, LakehouseJson.Options, context.RequestAborted);
    }

    private static string Name(HealthStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());
}
