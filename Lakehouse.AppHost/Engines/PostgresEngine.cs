using System.Globalization;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Lakehouse.AppHost.Engines;

/// <summary>Runs PostgreSQL on a data folder of ours: first start makes it, later starts find yesterday's data.</summary>
internal static class PostgresEngine
{
    public const string User = "lakehouse";
    public const string Database = "lakehouse";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync(IConfiguration options, CancellationToken stop)
    {
        var data = Path.GetFullPath(options["data"] ?? throw new EngineException("engine postgres: --data FOLDER is missing."));
        var port = options.GetValue<int?>("port") ?? throw new EngineException("engine postgres: --port N is missing.");
        using var only = await EngineLock.TakeAsync(data + ".lock", stop);
        var account = PostgresAccount.For(data);
        data = account.Data;
        var binaries = PostgresBinaries.FindFor(data);

        await InitialiseAsync(account, binaries, stop);
        await PostgresLeftover.ClearAsync(data, stop);
        await using var server = account.Start(Path.Combine(binaries, "postgres"),
        [
            "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture), "-h", "127.0.0.1", "-k", "",
            "-c", "max_connections=200", "-c", "log_min_messages=warning", "-c", "log_checkpoints=off",
        ]);
        await WaitUntilReadyAsync(server, data, port, stop);
        await using var health = await EngineHealth.StartAsync(options, stop);
        Console.WriteLine($"ready postgres {port}");

        if (!await server.WaitAsync(stop))
        {
            throw new EngineException($"PostgreSQL ended by itself with exit code {server.ExitCode}; its last lines are above.");
        }

        // SIGINT is PostgreSQL's "fast" shutdown: disconnect everybody, write a checkpoint
        await server.StopAsync(EngineProcess.Interrupt, TimeSpan.FromSeconds(15));
        return 0;
    }

    private static async Task InitialiseAsync(PostgresAccount account, string binaries, CancellationToken stop)
    {
        var data = account.Data;
        if (File.Exists(Path.Combine(data, "PG_VERSION")))
        {
            return;
        }

        // made beside its place and moved there when whole: a start that was killed halfway leaves nothing to trip over
        var fresh = data + ".new";
        if (Directory.Exists(fresh))
        {
            Directory.Delete(fresh, recursive: true);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(data)!);
        await using var initdb = account.Start(Path.Combine(binaries, "initdb"),
            ["-D", fresh, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"], quiet: true);
        await initdb.WaitAsync(stop);
        stop.ThrowIfCancellationRequested();
        if (initdb.ExitCode != 0)
        {
            throw new EngineException($"initdb could not make a database in {data}: {initdb.LastLines}");
        }

        Directory.Move(fresh, data);
    }

    private static async Task WaitUntilReadyAsync(EngineProcess server, string data, int port, CancellationToken stop)
    {
        var admin = $"Host=127.0.0.1;Port={port};Username={User};Database=postgres;Pooling=false;Timeout=2";
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            if (server.HasExited)
            {
                throw new EngineException($"PostgreSQL did not start (exit code {server.ExitCode}): {server.LastLines}");
            }

            if (!SaysReady(data))
            {
                await Task.Delay(Look, TimeProvider.System, stop);
                continue;
            }

            try
            {
                await using var connection = new NpgsqlConnection(admin);
                await connection.OpenAsync(stop);
                await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = Database } } };
                if (await exists.ExecuteScalarAsync(stop) is null)
                {
                    await using var create = new NpgsqlCommand($"create database {Database}", connection);
                    await create.ExecuteNonQueryAsync(stop);
                }

                return;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(Look, TimeProvider.System, stop);
            }
        }
    }

    // the server's own word, so that a stranger who answers on this port is never taken for it
    private static bool SaysReady(string data)
    {
        try
        {
            return File.ReadLines(Path.Combine(data, "postmaster.pid")).ElementAtOrDefault(7)?.Trim() == "ready";
        }
        catch (IOException)
        {
            return false;
        }
    }
}
