using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.Gateway.Tests.Keys;

/// <summary>A wire to a PostgreSQL server that can be cut and mended, where others use the server at the same time.</summary>
internal sealed class PostgresRelay(string database) : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder _target = new(database);
    private readonly ConcurrentBag<TcpClient> _open = [];
    private readonly int _port = FreePort.Next();
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;

    public string ConnectionString => new NpgsqlConnectionStringBuilder(database) { Host = "127.0.0.1", Port = _port }.ConnectionString;

    public void Mend()
    {
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Start();
        _accepting = AcceptAsync(_listener);
    }

    public async Task CutAsync()
    {
        _listener?.Dispose();
        await _accepting;
        foreach (var client in _open)
        {
            client.Dispose();
        }

        _open.Clear();
    }

    public async ValueTask DisposeAsync() => await CutAsync();

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var (near, far) = (await listener.AcceptTcpClientAsync(), new TcpClient());
                _open.Add(near);
                _open.Add(far);
                await far.ConnectAsync(_target.Host!, _target.Port);
                _ = CopyAsync(near, far);
                _ = CopyAsync(far, near);
            }
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // cut
        }
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException or InvalidOperationException or SocketException)
        {
            // cut
        }
        finally
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
