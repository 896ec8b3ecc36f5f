namespace Aspire.Hosting.ApplicationModel;

public interface IResource
{
    string Name { get; }
}

public interface IResourceWithEnvironment : IResource;

public interface IResourceWithWaitSupport : IResource;

public interface IResourceWithEndpoints : IResource;

public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

public interface IResourceWithConnectionString : IResource, IValueProvider
{
    ReferenceExpression ConnectionStringExpression { get; }
}

public interface IResourceBuilder<out T> where T : IResource
{
    IDistributedApplicationBuilder ApplicationBuilder { get; }
    T Resource { get; }
}

public abstract class Resource(string name) : IResource
{
    public virtual string Name { get; } = name;
    internal List<Endpoint> Endpoints { get; } = [];
    internal List<(string Name, object? Value)> Environment { get; } = [];
    internal List<Resource> WaitsFor { get; } = [];
    internal (string Endpoint, string Path)? HealthCheck { get; set; }
}

public class ProjectResource(string name) : Resource(name), IResourceWithEnvironment, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    internal string ProjectPath { get; init; } = "";
}

public class ExecutableResource(string name, string command, string workingDirectory) : Resource(name), IResourceWithEnvironment, IResourceWithEndpoints, IResourceWithWaitSupport
{
    public string Command { get; } = command;
    public string WorkingDirectory { get; } = workingDirectory;
    internal IReadOnlyList<string> Arguments { get; init; } = [];
}

internal sealed record Endpoint(string Name, string Scheme, string Host, int? Port, string? Variable, bool IsProxied = true)
{
    public int AllocatedPort { get; set; }
}
