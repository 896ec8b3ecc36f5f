using System.Net;
using System.Net.Sockets;

namespace Lakehouse.Gateway.Tests.Errors;

/// <summary>A port that listens but takes no connection any more, as a machine that is gone looks from here.</summary>
internal sealed class FullPort : IDisposable
{
    private readonly List<Socket> _waiting = [];
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private FullPort()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
    }

    public string Url => $"http://{_listener.LocalEndPoint}";

    public static async Task<FullPort> StartAsync()
    {
        var port = new FullPort();
        // nobody accepts: once the queue is full, the system lets the next ones wait
        for (var connected = true; connected;)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            port._waiting.Add(socket);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromMilliseconds(500));
            try
            {
                await socket.ConnectAsync(port._listener.LocalEndPoint!, limit.Token);
            }
            catch (OperationCanceledException)
            {
                connected = false;
            }
        }

        return port;
    }

    public void Dispose()
    {
        _waiting.ForEach(socket => socket.Dispose());
        _listener.Dispose();
    }
}
