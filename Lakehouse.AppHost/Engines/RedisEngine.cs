using System.Globalization;
using Garnet;
using Garnet.common;
using Microsoft.Extensions.Configuration;

namespace Lakehouse.AppHost.Engines;

/// <summary>Speaks the Redis protocol from Microsoft Garnet, durable in its data folder, in this process.</summary>
internal static class RedisEngine
{
    public static async Task<int> RunAsync(IConfiguration options, CancellationToken stop)
    {
        var data = Path.GetFullPath(options["data"] ?? throw new EngineException("engine redis: --data FOLDER is missing."));
        var port = options.GetValue<int?>("port") ?? throw new EngineException("engine redis: --port N is missing.");
        using var only = await EngineLock.TakeAsync(Path.Combine(data, "engine.lock"), stop);
        using var server = Start(data, port);
        await using var health = await EngineHealth.StartAsync(options, stop);
        Console.WriteLine($"ready redis {port}");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    private static GarnetServer Start(string data, int port)
    {
        var server = new GarnetServer(
        [
            "--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "-q",
            // a script is atomic here only in this mode (Garnet locks its KEYS); without it two of them interleave and overspend
            "--lua", "--lua-transaction-mode", "--aof", "--aof-commit-wait", "--recover", "--checkpointdir", data,
            // without libaio, Garnet's default device fails on the first write
            "--device-type", "RandomAccess",
            "--memory", "256m", "--index", "16m", "--aof-memory", "64m",
        ]);
        try
        {
            server.Start();
            return server;
        }
        catch (GarnetException problem)
        {
            server.Dispose();
            throw new EngineException($"Redis (Garnet) did not start on port {port}: {problem.Message}");
        }
    }
}
