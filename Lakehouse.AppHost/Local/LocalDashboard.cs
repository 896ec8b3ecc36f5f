using Lakehouse.AppHost.Engines;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>The real Aspire dashboard, as a resource that nothing waits for.</summary>
internal static class LocalDashboard
{
    public static void ChooseAddresses(ConfigurationManager configuration, bool randomise)
    {
        foreach (var (key, port) in DashboardEngine.Addresses)
        {
            configuration[key] = randomise ? $"http://localhost:{LoopbackPort.Free()}" : configuration[key] ?? $"http://localhost:{port}";
        }
    }

    public static void Add(LocalBuilder builder)
    {
        var dashboard = builder.AddEngine("aspire-dashboard", "dashboard");
        foreach (var (key, _) in DashboardEngine.Addresses)
        {
            // as endpoints too, so that a port that is taken is refused
            dashboard.WithEnvironment(key, builder.Configuration[key]).WithHttpEndpoint(new Uri(builder.Configuration[key]!).Port, name: key, isProxied: false);
        }

        dashboard.WithHttpHealthCheck("/", endpointName: DashboardEngine.Addresses[0].Variable);
    }
}
