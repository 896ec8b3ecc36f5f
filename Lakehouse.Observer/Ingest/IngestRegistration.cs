using Npgsql;

namespace Lakehouse.Observer.Ingest;

internal static class IngestRegistration
{
    public static void AddIngest(this IHostApplicationBuilder builder)
    {
        var connectionString = builder.Configuration.GetConnectionString("lakehouse");
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new InvalidOperationException(
                "ConnectionStrings:lakehouse is missing; accepted is a PostgreSQL connection string such as 'Host=127.0.0.1;Port=5432;Username=lakehouse;Database=lakehouse'.");
        }

        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(connectionString));
        builder.Services.AddSingleton<EventStore>();
        builder.Services.AddSingleton<EventLog>();
        builder.Services.AddSingleton<EventLogStart>();
        builder.Services.AddHostedService(services => services.GetRequiredService<EventLogStart>());
        builder.AddLocalHosts();
        builder.Services.AddHealthChecks().AddCheck<PostgresHealth>("postgres");
    }

    public static void MapIngest(this IEndpointRouteBuilder routes) => routes.MapEvent();
}
