using Npgsql;

namespace Lakehouse.Testing;

/// <summary>One real PostgreSQL server for a test assembly (an xunit assembly fixture); a database of its own for each test.</summary>
public sealed class TestPostgres : IAsyncDisposable
{
    private const string Template = "template_of_tests";

    private readonly SemaphoreSlim _once = new(1, 1);
    private readonly TemporaryFolder _data = new();
    private ChildProcess? _engine;
    private int _port;
    private int _databases;
    private bool _hasTemplate;

    /// <param name="made">Makes the tables that every test of the assembly begins with: done once, and copied from then on. Null: the database is empty.</param>
    /// <returns>A connection string of a new database.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken, Func<string, Task>? made = null)
    {
        await StartAsync(made, cancellationToken);
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"create database {name} template {(made is null ? "template1" : Template)}", cancellationToken);
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

    private async Task StartAsync(Func<string, Task>? made, CancellationToken cancellationToken)
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
                // nothing here outlives the machine, and a process that is killed leaves its writes to the system
                await ExecuteAsync("alter system set fsync = off", cancellationToken);
                await ExecuteAsync("select pg_reload_conf()", cancellationToken);
            }

            if (made is not null && !_hasTemplate)
            {
                await ExecuteAsync($"create database {Template}", cancellationToken);
                // a database that somebody is connected to cannot be copied
                await made(ConnectionString(Template) + ";Pooling=false");
                _hasTemplate = true;
            }
        }
        finally
        {
            _once.Release();
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // idle connections go soon: with a database a test, they would use up the server's two hundred
    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={_port};Username=lakehouse;Database={database};Maximum Pool Size=20;Connection Idle Lifetime=3;Connection Pruning Interval=1";
}
