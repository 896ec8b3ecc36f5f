using Npgsql;

namespace Lakehouse.Gateway.Usage;

internal static class UsageExtensions
{
    public static void AddUsage(this IHostApplicationBuilder builder)
    {
        var connection = builder.Configuration.GetConnectionString("lakehouse")
            ?? throw new InvalidOperationException("ConnectionStrings:lakehouse is missing; accepted is a PostgreSQL connection string (the AppHost gives one).");
        builder.Services.AddSingleton(NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { Timeout = 5, CommandTimeout = 15 }));
        builder.Services.AddSingleton<UsageLedger>();
        builder.Services.AddSingleton<UsageDrain>();
        builder.Services.AddSingleton<UsageQuery>();
        builder.Services.AddHostedService<UsageSchema>();
        builder.Services.AddHostedService<UsageDrainer>();
        builder.Services.AddHealthChecks().AddCheck<LedgerHealth>("postgres");
    }
}
