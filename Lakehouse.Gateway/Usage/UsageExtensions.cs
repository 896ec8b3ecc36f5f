using System.Data.Common;
using Npgsql;

namespace Lakehouse.Gateway.Usage;

internal static class UsageExtensions
{
    private const string AutoPrepare = "Max Auto Prepare";

    public static void AddUsage(this IHostApplicationBuilder builder)
    {
        var connection = builder.Configuration.GetConnectionString("lakehouse")
            ?? throw new InvalidOperationException("ConnectionStrings:lakehouse is missing; accepted is a PostgreSQL connection string (the AppHost gives one).");
        builder.Services.AddSingleton(NpgsqlDataSource.Create(Settings(connection)));
        builder.Services.AddSingleton<UsageLedger>();
        builder.Services.AddSingleton<UsageDrain>();
        builder.Services.AddSingleton<UsageQuery>();
        builder.Services.AddHostedService<UsageSchema>();
        builder.Services.AddHostedService<UsageDrainer>();
        builder.Services.AddHealthChecks().AddCheck<LedgerHealth>("postgres");
    }

    private static NpgsqlConnectionStringBuilder Settings(string connection)
    {
        // Nobody changes a session of this pool (what does has a connection of its own), so that there is nothing to reset: of the seven
        // statements that would be, before the first one of every use, Postgres spent as much time on as on our own.
        var settings = new NpgsqlConnectionStringBuilder(connection) { Timeout = 5, CommandTimeout = 15, NoResetOnClose = true };
        // the same few statements all day: parsed and, where that can be, planned once a connection. Behind a pooler that cannot keep
        // prepared statements an operator writes Max Auto Prepare=0
        if (!new DbConnectionStringBuilder { ConnectionString = connection }.ContainsKey(AutoPrepare))
        {
            settings.MaxAutoPrepare = 64;
        }

        return settings;
    }
}
