using Aspire.Hosting;
using Lakehouse.AppHost.Engines;
using Lakehouse.AppHost.House;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lakehouse.AppHost.StartUp;

/// <summary>Runs the house with a person at the console: what is starting, one block of addresses, and an orderly end.</summary>
internal static class HouseConsole
{
    private static readonly string[] Services = ["gateway", "observer", "bot-worker"];

    public static async Task<int> RunAsync(DistributedApplication app, HouseSettings house, Links links, CancellationToken leave)
    {
        await using var _ = app;
        Console.WriteLine(Hosting());
        var progress = new Progress(app.ResourceNotifications, Services);
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(leave);
        var watching = progress.WatchAsync(watch.Token);
        try
        {
            await app.StartAsync(leave);
            await progress.AllHealthy.WaitAsync(leave);
            Block.Write(Console.Out, house, links, Dashboard.Url(app.Services.GetRequiredService<IConfiguration>()), progress.DashboardComes, Progress.Elapsed);
            await app.WaitForShutdownAsync(leave);
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            // asked to leave while still starting
        }
        finally
        {
            Console.WriteLine("Stopping …");
            await app.StopAsync(CancellationToken.None);
            await watch.CancelAsync();
            await watching;
        }

        return 0;
    }

    private static string Hosting() => typeof(DistributedApplication).Assembly == typeof(HouseConsole).Assembly
        ? "Lakehouse on the stand-in for Aspire (Lakehouse.AppHost/Local): the package feed has no Aspire. Choose yourself with `-p:AspireHosting=local|nuget`."
        : "Lakehouse on Aspire's packages. Choose the stand-in (Lakehouse.AppHost/Local) with `-p:AspireHosting=local|nuget`.";
}
