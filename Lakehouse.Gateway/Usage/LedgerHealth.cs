using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Lakehouse.Gateway.Usage;

internal sealed class LedgerHealth(NpgsqlDataSource postgres) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = postgres.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException problem)
        {
            return HealthCheckResult.Unhealthy($"Postgres does not answer: {problem.Message}");
        }
    }
}
