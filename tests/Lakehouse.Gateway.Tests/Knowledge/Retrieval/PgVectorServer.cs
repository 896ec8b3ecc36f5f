using Lakehouse.Gateway.Tests.Clients;
using Lakehouse.ServiceDefaults;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Knowledge.Retrieval;

/// <summary>A PostgreSQL with pgvector, and the gateway's tables in it. The ordinary one of the tests has none.</summary>
public sealed class PgVectorServer : IAsyncLifetime
{
    private ChildProcess? _node;

    /// <summary>Without prepared statements: the server is one session, in which clients would see each other's names.</summary>
    public string ConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var cancelled = TestContext.Current.CancellationToken;
        _node = NodeRun.Start(["pgvector.mjs"], []);
        var port = (await _node.WaitForLineAsync("ready ", cancelled)).Split(':')[^1];
        ConnectionString = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Max Auto Prepare=0";
        await Migrations.ApplyAsync(ConnectionString, "gateway", typeof(Program).Assembly, cancelled);
    }

    public ValueTask DisposeAsync() => _node?.DisposeAsync() ?? ValueTask.CompletedTask;
}
