using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lakehouse.Gateway.Tests.Security;

/// <summary>Says back all that it was sent, as the text of its status and in a header line that is none. One connection after the other.</summary>
internal sealed class RawVendor : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    public RawVendor()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url => $"http://{_listener.LocalEndpoint}";

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync();
                await AnswerAsync(socket);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // the end of the test
        }
    }

    private static async Task AnswerAsync(Socket socket)
    {
        try
        {
            var buffer = new byte[64 << 10];
            var read = await socket.ReceiveAsync(buffer);
            var said = Encoding.ASCII.GetString(buffer, 0, read).ReplaceLineEndings(" ");
            await socket.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 401 {said}\r\nx-said: {said}\r\n{said}\r\n\r\n"));
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // the gateway has heard enough
        }
    }
}
