using Lakehouse.Gateway.Budgets;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Usage;

internal sealed class LedgerHealth(NpgsqlDataSource postgres, IConnectionMultiplexer redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = postgres.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
        }
        catch (NpgsqlException problem)
        {
            return HealthCheckResult.Unhealthy($"Postgres does not answer: {problem.Message}");
        }

        return await RejectedAsync() is > 0 and var rejected
            ? HealthCheckResult.Degraded($"{rejected} usage record(s) could not be read and are in no report; they wait in {BudgetKeys.Rejected} (docs/runbook.md).")
            : HealthCheckResult.Healthy();
    }

    private async Task<long> RejectedAsync()
    {
        try
        {
            return await redis.GetDatabase().ListLengthAsync(BudgetKeys.Rejected);
        }
        catch (Exception problem) when (problem is RedisException or RedisTimeoutException)
        {
            // the other check says so
            return 0;
        }
    }
}
