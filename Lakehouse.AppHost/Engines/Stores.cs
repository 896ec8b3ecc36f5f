using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Lakehouse.AppHost.House;

namespace Lakehouse.AppHost.Engines;

/// <summary>
/// Postgres and Redis: the ones that the person gave, else containers where Aspire and a container runtime are there,
/// else this assembly's own engines as processes.
/// </summary>
internal static partial class Stores
{
    private const string Local = "127.0.0.1";

    public static IResourceBuilder<IResourceWithConnectionString> AddLakehouseDatabase(this IDistributedApplicationBuilder builder, HouseSettings house)
    {
        var store = builder.AddGiven(PostgresEngine.Database);
        if (store is null)
        {
            AddPostgresContainer(builder, house, ref store);
        }

        return store ?? builder.AddPostgresEngine(house);
    }

    public static IResourceBuilder<IResourceWithConnectionString> AddLakehouseRedis(this IDistributedApplicationBuilder builder, HouseSettings house)
    {
        var store = builder.AddGiven("redis");
        if (store is null)
        {
            AddRedisContainer(builder, house, ref store);
        }

        return store ?? builder.AddRedisEngine(house);
    }

    /// <summary>This assembly as the process of one engine; it answers <c>/health</c> once the engine is ready.</summary>
    public static IResourceBuilder<ExecutableResource> AddEngine(this IDistributedApplicationBuilder builder, string name, params string[] arguments)
    {
        var (command, first) = Self.Command;
        return builder.AddExecutable(name, command, builder.AppHostDirectory, [.. first, EngineCommand.Verb, .. arguments]);
    }

    // implemented where Aspire's packages are
    static partial void AddPostgresContainer(IDistributedApplicationBuilder builder, HouseSettings house, ref IResourceBuilder<IResourceWithConnectionString>? store);

    static partial void AddRedisContainer(IDistributedApplicationBuilder builder, HouseSettings house, ref IResourceBuilder<IResourceWithConnectionString>? store);

    private static IResourceBuilder<IResourceWithConnectionString>? AddGiven(this IDistributedApplicationBuilder builder, string name) =>
        builder.Configuration[$"ConnectionStrings:{name}"] is { Length: > 0 } given ? builder.AddConnectionString(name, ReferenceExpression.Create($"{given}")) : null;

    private static IResourceBuilder<ConnectionStringResource> AddPostgresEngine(this IDistributedApplicationBuilder builder, HouseSettings house)
    {
        // better said now, in one sentence, than by a process that ends
        _ = PostgresBinaries.Find();
        var engine = builder.AddStoreEngine("postgres", house);
        var port = engine.GetEndpoint("tcp").Property(EndpointProperty.Port);
        return builder.AddConnectionString(PostgresEngine.Database,
            ReferenceExpression.Create($"Host={Local};Port={port};Username={PostgresEngine.User};Database={PostgresEngine.Database}")).WaitFor(engine);
    }

    private static IResourceBuilder<ConnectionStringResource> AddRedisEngine(this IDistributedApplicationBuilder builder, HouseSettings house)
    {
        var engine = builder.AddStoreEngine("garnet", house, "redis");
        var port = engine.GetEndpoint("tcp").Property(EndpointProperty.Port);
        return builder.AddConnectionString("redis", ReferenceExpression.Create($"{Local}:{port}")).WaitFor(engine);
    }

    private static IResourceBuilder<ExecutableResource> AddStoreEngine(this IDistributedApplicationBuilder builder, string name, HouseSettings house, string? engine = null) =>
        builder.AddEngine(name, engine ?? name, "--data", house.In(engine ?? name))
            .WithEndpoint(name: "tcp", scheme: "tcp", env: EngineCommand.PortVariable)
            .WithHttpEndpoint(name: "health", env: EngineCommand.HealthPortVariable)
            .WithHttpHealthCheck("/health", endpointName: "health");
}
