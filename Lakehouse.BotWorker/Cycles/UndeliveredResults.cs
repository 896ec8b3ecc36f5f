namespace Lakehouse.BotWorker.Cycles;

/// <summary>Delivers what could not be delivered when a cycle ended: the observer was down, the disk full, the worker killed.</summary>
internal sealed partial class UndeliveredResults(CycleQueries queries, CycleReporter reporter, CycleFolders folders, TimeProvider time, ILogger<UndeliveredResults> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var cycleId in await queries.UndeliveredAsync(folders.Target.Path, stoppingToken))
                {
                    await reporter.DeliverAsync(cycleId, stoppingToken);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // whatever it is, the worker must not end for it
                LogNotDelivered(failure);
            }

            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Undelivered results could not be delivered; it is tried again")]
    private partial void LogNotDelivered(Exception failure);
}
