using Lakehouse.Testing;

namespace Lakehouse.Observer.Tests;

/// <summary>A server that a test may stop and start again, on one port and one data folder.</summary>
internal sealed class OwnPostgres : IAsyncDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly int _port = FreePort.Next();
    private ChildProcess? _engine;

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=lakehouse;Database=lakehouse;Timeout=5";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var engine = ChildProcess.StartAssembly(Built.Assembly("Lakehouse.AppHost"), ["engine", "postgres", "--data", _data.In("postgres"), "--port", $"{_port}"]);
        await engine.WaitForLineAsync("ready postgres", cancellationToken);
        _engine = engine;
    }

    public async Task StopAsync()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
            _engine = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _data.Dispose();
    }
}
