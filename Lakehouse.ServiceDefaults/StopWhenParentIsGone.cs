using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Lakehouse.ServiceDefaults;

/// <summary>
/// Ends the process when the one that started it is gone, however it went (<c>kill -9</c> included): the starter holds
/// the other end of our standard input, and the system closes that for it. Only where the starter says that it does so.
/// </summary>
internal sealed class StopWhenParentIsGone(IConfiguration configuration, IHostApplicationLifetime lifetime) : BackgroundService
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!configuration.GetValue<bool>(StopWithStandardInput.Setting))
        {
            return;
        }

        await StopWithStandardInput.WaitAsync(stoppingToken);
        if (!stoppingToken.IsCancellationRequested)
        {
            lifetime.StopApplication();
            _ = ExitWhenStuckAsync();
        }
    }

    private static async Task ExitWhenStuckAsync()
    {
        await Task.Delay(Grace, TimeProvider.System);
        Environment.Exit(1);
    }
}
