using Lakehouse.Gateway.Errors;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Budgets;

/// <summary>A hold that nobody settled (its gateway was killed) expires into a charge.</summary>
internal sealed partial class BudgetSweeper(BudgetStore store, IOptions<BudgetOptions> options, TimeProvider time, ILogger<BudgetSweeper> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Background.EveryAsync(options.Value.SweepInterval, time, logger, _ => SweepAsync(), stoppingToken);

    private async Task SweepAsync()
    {
        try
        {
            if (await store.SweepAsync() is > 0 and var charged)
            {
                LogCharged(charged);
            }
        }
        catch (Exception problem) when (problem is BudgetUnavailableException or RedisException or RedisTimeoutException or ObjectDisposedException)
        {
            LogAway(problem.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Charged} expired hold(s) were charged in full: their calls never settled.")]
    private partial void LogCharged(int charged);

    [LoggerMessage(LogLevel.Debug, "Holds could not be swept: {Problem}")]
    private partial void LogAway(string problem);
}
