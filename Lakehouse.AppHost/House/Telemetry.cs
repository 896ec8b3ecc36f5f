using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Lakehouse.AppHost.House;

/// <summary>Where a receiver of OTLP is already set for this process, the services use that one and no dashboard is started.</summary>
internal static class Telemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    public static bool GoesElsewhere => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(Endpoint));

    public static IResourceBuilder<T> WithTelemetry<T>(this IResourceBuilder<T> service) where T : IResourceWithEnvironment => GoesElsewhere
        ? service.WithEnvironment(Endpoint, Environment.GetEnvironmentVariable(Endpoint))
            .WithEnvironment(Protocol, Environment.GetEnvironmentVariable(Protocol) ?? "grpc")
        : service;
}
