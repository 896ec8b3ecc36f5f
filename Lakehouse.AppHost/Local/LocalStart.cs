using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using Lakehouse.AppHost.Engines;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>What is started for a resource, with the environment that Aspire would give it.</summary>
internal static class LocalStart
{
    // the AppHost's own, and what is given to one service only
    private static readonly string[] NotInherited = ["ASPNETCORE_", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE", "ConnectionStrings__", "Lakehouse__", "OLLAMA_API_KEY", "ASPIRE_", "OTEL_"];

    public static async Task<ProcessStartInfo> OfAsync(Resource resource, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var start = resource is ExecutableResource executable
            ? new ProcessStartInfo(executable.Command, executable.Arguments) { WorkingDirectory = executable.WorkingDirectory }
            : Project((ProjectResource)resource);
        var environment = start.Environment;
        foreach (var name in environment.Keys.Where(name => Array.Exists(NotInherited, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))).ToList())
        {
            environment.Remove(name);
        }

        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = configuration[DashboardEngine.OtlpAddress];
        environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
        environment["OTEL_SERVICE_NAME"] = resource.Name;
        environment["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={Guid.NewGuid().ToString("N")[..8]}";
        environment["OTEL_BLRP_SCHEDULE_DELAY"] = environment["OTEL_BSP_SCHEDULE_DELAY"] = environment["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        foreach (var endpoint in resource.Endpoints.Where(endpoint => endpoint.Variable is not null))
        {
            environment[endpoint.Variable!] = $"{endpoint.AllocatedPort}";
        }

        foreach (var (name, value) in resource.Environment)
        {
            environment[name] = value is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) : value as string;
        }

        // the other end of its standard input is ours: when we are gone, however that was, it leaves as well
        environment["LAKEHOUSE_STOP_WITH_STDIN"] = "true";
        return start;
    }

    private static ProcessStartInfo Project(ProjectResource project)
    {
        // built beside us, in the same configuration
        var folder = Path.GetDirectoryName(project.ProjectPath)!;
        var output = Path.GetRelativePath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."), AppContext.BaseDirectory);
        return new(Self.Dotnet, [Path.Combine(folder, output, Path.GetFileNameWithoutExtension(project.ProjectPath) + ".dll")]) { WorkingDirectory = folder };
    }
}
