using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.Gateway.Tests.Knowledge.Playbooks;

/// <summary>One gateway for a class of tests; each test works in a town of its own.</summary>
public sealed class PlaybookHouse(TestPostgres postgres) : IAsyncLifetime
{
    private GatewayApp _gateway = null!;
    private int _towns;

    internal HttpClient Bot { get; private set; } = null!;

    internal HttpClient Lab { get; private set; } = null!;

    internal HttpClient Chief { get; private set; } = null!;

    internal string Database => _gateway.Database;

    internal GatewayApp Gateway => _gateway;

    /// <summary>A name that no other test uses.</summary>
    internal string Town() => $"Town {(char)('A' + (_towns / 26))}{(char)('A' + (_towns++ % 26))}";

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: KeyCalls.Settings());
        (Bot, Lab, Chief) = (_gateway.As(GatewayApp.BotKey), _gateway.As(GatewayApp.LabKey), _gateway.As(KeyCalls.OperatorKey));
    }

    public async ValueTask DisposeAsync()
    {
        Bot.Dispose();
        Lab.Dispose();
        Chief.Dispose();
        await _gateway.DisposeAsync();
    }

    internal async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
