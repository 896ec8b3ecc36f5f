using Lakehouse.Gateway.Errors;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Usage;

/// <summary>Drains twice a second: should Redis lose its data, at most that much of the record is lost.</summary>
internal sealed partial class UsageDrainer(UsageDrain drain, TimeProvider time, ILogger<UsageDrainer> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryDrainAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Background.EveryAsync(Interval, time, logger, TryDrainAsync, stoppingToken);

    private async Task TryDrainAsync(CancellationToken cancellationToken)
    {
        try
        {
            await drain.DrainAsync(cancellationToken);
        }
        catch (Exception problem) when (problem is RedisException or RedisTimeoutException or ObjectDisposedException or LedgerUnavailableException)
        {
            LogAway(problem.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Usage records wait in Redis: {Problem}")]
    private partial void LogAway(string problem);
}
