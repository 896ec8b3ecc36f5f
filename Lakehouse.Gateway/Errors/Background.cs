namespace Lakehouse.Gateway.Errors;

/// <summary>Work that goes on beside the requests. What nobody planned in one turn of it is a fault of ours, and no reason to end the gateway.</summary>
internal static partial class Background
{
    /// <summary>Turn after turn with a pause before each, until the gateway stops.</summary>
    public static async Task EveryAsync(TimeSpan pause, TimeProvider time, ILogger logger, Func<CancellationToken, Task> turn, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(pause, time);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            await TryAsync(logger, turn, stopping);
        }
    }

    /// <returns>Whether it came to its end.</returns>
    public static async Task<bool> TryAsync(ILogger logger, Func<CancellationToken, Task> turn, CancellationToken stopping)
    {
        try
        {
            await turn(stopping);
            return true;
        }
        catch (Exception problem) when (!stopping.IsCancellationRequested)
        {
            LogFault(logger, problem);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "Background work failed in a way that nobody planned; it is tried again.")]
    private static partial void LogFault(ILogger logger, Exception problem);
}
