using System.Collections.Concurrent;
using StackExchange.Redis;

namespace Lakehouse.Testing;

/// <summary>A Redis-protocol server of its own: Garnet (the embedded engine) or Debian's <c>redis-server</c>.</summary>
public sealed class TestRedis : IAsyncDisposable
{
    // a Garnet takes a second or more to start: one that nothing happened to serves the next test, empty
    private static readonly ConcurrentStack<TestRedis> Idle = EndingWithTheRun();

    private readonly TemporaryFolder _data;
    private readonly RedisKind _kind;

    private bool _wasKilled;

    private TestRedis(RedisKind kind, int port, TemporaryFolder data, ChildProcess process)
    {
        (_kind, Port, _data, Process) = (kind, port, data, process);
    }

    public int Port { get; }

    public ChildProcess Process { get; private set; }

    public string ConnectionString => $"127.0.0.1:{Port},abortConnect=false,connectTimeout=2000,syncTimeout=5000,allowAdmin=true";

    public static async Task<TestRedis> StartAsync(RedisKind kind, CancellationToken cancellationToken)
    {
        if (kind == RedisKind.Garnet && Idle.TryPop(out var used))
        {
            return used;
        }

        var data = new TemporaryFolder();
        var port = FreePort.Next();
        return new TestRedis(kind, port, data, await LaunchAsync(kind, port, data, cancellationToken));
    }

    /// <summary><c>kill -9</c> of the server; its data folder stays.</summary>
    public Task KillAsync()
    {
        _wasKilled = true;
        return Process.KillAsync();
    }

    /// <summary>Starts it again on the same port and data folder.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await Process.DisposeAsync();
        Process = await LaunchAsync(_kind, Port, _data, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_kind == RedisKind.Garnet && !_wasKilled && !Process.HasExited)
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(ConnectionString);
            await redis.GetServers()[0].FlushAllDatabasesAsync();
            Idle.Push(this);
            return;
        }

        if (_kind == RedisKind.Real && !Process.HasExited)
        {
            await Process.KillAsync();
        }

        await Process.DisposeAsync();
        _data.Dispose();
    }

    private static ConcurrentStack<TestRedis> EndingWithTheRun()
    {
        var idle = new ConcurrentStack<TestRedis>();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            while (idle.TryPop(out var last))
            {
                last.Process.KillAsync().GetAwaiter().GetResult();
                last._data.Dispose();
            }
        };
        return idle;
    }

    private static async Task<ChildProcess> LaunchAsync(RedisKind kind, int port, TemporaryFolder data, CancellationToken cancellationToken)
    {
        // redis-server does not watch its standard input, so a shell beside it does: it must not outlive a killed test run
        var process = kind == RedisKind.Garnet
            ? ChildProcess.StartAssembly(Built.Assembly("Lakehouse.AppHost"), ["engine", "redis", "--data", data.Path, "--port", $"{port}"])
            : ChildProcess.Start("sh", ["-c", $"exec 3<&0; (cat <&3; kill -9 $$) >/dev/null 2>&1 & exec redis-server --bind 127.0.0.1 --port {port} --dir '{data.Path}' --appendonly yes --save '' </dev/null"]);
        await process.WaitForLineAsync(kind == RedisKind.Garnet ? "ready redis" : "Ready to accept connections", cancellationToken);
        return process;
    }
}

public enum RedisKind
{
    Garnet,
    Real,
}
