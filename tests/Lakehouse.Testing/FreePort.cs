using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Lakehouse.Testing;

public static class FreePort
{
    // below the range of outgoing connections, whose ports change hands by themselves between asking and listening
    private const int First = 20_000;
    private const int End = 32_000;

    /// <summary>A loopback port that nobody listens on now.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // taken: try another
            }
        }
    }
}
