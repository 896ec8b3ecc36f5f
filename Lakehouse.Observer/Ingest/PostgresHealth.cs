using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Lakehouse.Observer.Ingest;

internal sealed class PostgresHealth(NpgsqlDataSource database, EventLogStart start) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return start.Missing is { } missing
                ? HealthCheckResult.Unhealthy($"Postgres answers but the observer is not ready: {missing}")
                : HealthCheckResult.Healthy();
        }
        catch (NpgsqlException fault)
        {
            return HealthCheckResult.Unhealthy($"Postgres does not answer: {fault.Message}");
        }
    }
}
