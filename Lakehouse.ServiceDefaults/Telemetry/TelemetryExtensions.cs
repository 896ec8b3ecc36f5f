using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Lakehouse.ServiceDefaults.Telemetry;

/// <summary>Traces, metrics and logs over OTLP, exported only where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
internal static class TelemetryExtensions
{
    public static void AddLakehouseTelemetry(this IHostApplicationBuilder builder)
    {
        // the exporter's own 2,048 loses spans at a few hundred calls at a time; a full queue takes about 50 MB
        builder.Configuration["OTEL_BSP_MAX_QUEUE_SIZE"] ??= "32768";
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        // "Request starting" has the query, in which people ask about people; the request's span has the rest of it
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddMeter(TelemetryNames.Gateway, TelemetryNames.BotWorker, TelemetryNames.Observer, "Npgsql")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                // what the durations of the same requests say already, once more at each request
                .AddView("aspnetcore.routing.match_attempts", MetricStreamConfiguration.Drop)
                .AddView("http.client.active_requests", MetricStreamConfiguration.Drop)
                .AddView("http.client.open_connections", MetricStreamConfiguration.Drop)
                .AddView("http.client.request.time_in_queue", MetricStreamConfiguration.Drop))
            .WithTracing(tracing => tracing
                .AddSource(TelemetryNames.Gateway, TelemetryNames.BotWorker, TelemetryNames.Observer)
                .SetSampler(new ParentBasedSampler(new DropPollingRoots()))
                .AddAspNetCoreInstrumentation(options => options.Filter = IsWorthATrace)
                .AddHttpClientInstrumentation()
                .AddNpgsql());
        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }
    }

    // Probes and a dashboard that refreshes itself every two seconds would bury the traces of real work.
    private static bool IsWorthATrace(HttpContext context)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments("/health", StringComparison.Ordinal) || path.StartsWithSegments("/alive", StringComparison.Ordinal))
        {
            return false;
        }

        var isRead = HttpMethods.IsGet(context.Request.Method);
        if (isRead && path.StartsWithSegments("/live", StringComparison.Ordinal))
        {
            return false;
        }

        return !(path.StartsWithSegments("/hangfire", StringComparison.Ordinal)
            && (isRead || path.StartsWithSegments("/hangfire/stats", StringComparison.Ordinal)));
    }
}
