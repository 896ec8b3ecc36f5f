using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ProjectResourceBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var path = new TProject().ProjectPath;
        using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "Properties", "launchSettings.json")));
        var profile = settings.RootElement.GetProperty("profiles").GetProperty("http");
        var address = new Uri(profile.GetProperty("applicationUrl").GetString()!);
        var project = new ProjectResource(name) { ProjectPath = path };
        project.Endpoints.Add(new Endpoint(address.Scheme, address.Scheme, address.Host, address.Port, Variable: null));
        project.Environment.AddRange(profile.GetProperty("environmentVariables").EnumerateObject().Select(pair => (pair.Name, (object?)pair.Value.GetString())));
        return builder.Add(project).WithEnvironment("ASPNETCORE_URLS", new EndpointReference(project.Endpoints[0]));
    }
}

public static class ExecutableResourceBuilderExtensions
{
    public static IResourceBuilder<ExecutableResource> AddExecutable(this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args) =>
        builder.Add(new ExecutableResource(name, command, workingDirectory) { Arguments = args ?? [] });
}

public static class ConnectionStringBuilderExtensions
{
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(this IDistributedApplicationBuilder builder, string name, ReferenceExpression connectionStringExpression) =>
        builder.Add(new ConnectionStringResource(name, connectionStringExpression));
}

public static class ResourceBuilderExtensions
{
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value) where T : IResourceWithEnvironment => builder.Set(name, value);

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpointReference) where T : IResourceWithEnvironment => builder.Set(name, endpointReference);

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment => builder.Set($"ConnectionStrings__{connectionName ?? source.Resource.Name}", source.Resource);

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment => source.Resource.AsLocal().Endpoints.Aggregate(builder,
            (destination, endpoint) => destination.Set($"services__{source.Resource.Name}__{endpoint.Name}__0", new EndpointReference(endpoint)));

    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? scheme = null, string? name = null, string? env = null, bool isProxied = true, bool? isExternal = null, System.Net.Sockets.ProtocolType? protocol = null)
        where T : IResourceWithEndpoints => builder.Change(resource => resource.Endpoints.Add(new Endpoint(name ?? scheme ?? "tcp", scheme ?? "tcp", "localhost", port ?? targetPort, env, isProxied)));

    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool isProxied = true)
        where T : IResourceWithEndpoints => builder.WithEndpoint(port, targetPort, "http", name, env, isProxied);

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints => builder.Change(resource => resource.HealthCheck = (endpointName ?? "http", path ?? "/"));

    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.Change(resource => resource.WaitsFor.Add(dependency.Resource.AsLocal()));

    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name) where T : IResourceWithEndpoints =>
        new(builder.Resource.AsLocal().Endpoints.Single(endpoint => endpoint.Name == name));

    internal static Resource AsLocal(this IResource resource) => (Resource)resource;

    internal static IResourceBuilder<T> Add<T>(this IDistributedApplicationBuilder builder, T resource) where T : Resource
    {
        var local = (LocalBuilder)builder;
        local.Resources.Add(resource);
        return new LocalResource<T>(local, resource);
    }

    private static IResourceBuilder<T> Set<T>(this IResourceBuilder<T> builder, string name, object? value) where T : IResource =>
        builder.Change(resource => resource.Environment.Add((name, value)));

    private static IResourceBuilder<T> Change<T>(this IResourceBuilder<T> builder, Action<Resource> change) where T : IResource
    {
        change(builder.Resource.AsLocal());
        return builder;
    }
}
