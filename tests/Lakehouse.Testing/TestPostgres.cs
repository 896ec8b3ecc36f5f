using Npgsql;

namespace Lakehouse.Testing;

/// <summary>One real PostgreSQL server for a test assembly (an xunit assembly fixture); a database of its own for each test.</summary>
public sealed class TestPostgres : IAsyncDisposable
{
    private readonly SemaphoreSlim _once = new(1, 1);
    private readonly TemporaryFolder _data = new();
    private ChildProcess? _engine;
    private int _port;
    private int _databases;

    /// <returns>A connection string of a new, empty database.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync(cancellationToken);
        await using var create = new NpgsqlCommand($"create database {name}", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
        return ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        _data.Dispose();
        _once.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await _once.WaitAsync(cancellationToken);
        try
        {
            if (_engine is null)
            {
                _port = FreePort.Next();
                var engine = ChildProcess.StartAssembly(Built.Assembly("Lakehouse.AppHost"), ["engine", "postgres", "--data", _data.In("postgres"), "--port", $"{_port}"]);
                await engine.WaitForLineAsync("ready postgres", cancellationToken);
                _engine = engine;
            }
        }
        finally
        {
            _once.Release();
        }
    }

    // idle connections go soon: with a database a test, they would use up the server's two hundred
    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={_port};Username=lakehouse;Database={database};Maximum Pool Size=20;Connection Idle Lifetime=3;Connection Pruning Interval=1";
}
