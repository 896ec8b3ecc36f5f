using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

internal sealed class BudgetHealth(IConnectionMultiplexer redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await redis.GetDatabase().PingAsync();
            return HealthCheckResult.Healthy();
        }
        catch (Exception problem) when (problem is RedisException or RedisTimeoutException)
        {
            return HealthCheckResult.Unhealthy("Redis does not answer, so nobody may spend.");
        }
    }
}
