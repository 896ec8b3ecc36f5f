using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Lakehouse.AppHost.Engines;

internal static class LoopbackPort
{
    // Below the range from which systems take the ports of outgoing connections (32768 on Linux): a port of that range
    // that is free now may be somebody's connection before our process listens on it.
    private const int First = 20_000;
    private const int End = 32_000;

    /// <returns>A port that nobody listens on now.</returns>
    public static int Free()
    {
        int port;
        do
        {
            port = RandomNumberGenerator.GetInt32(First, End);
        }
        while (IsTaken(port));

        return port;
    }

    public static bool IsTaken(int port) => IsTaken(IPAddress.Loopback, port) || IsTaken(IPAddress.IPv6Loopback, port);

    private static bool IsTaken(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return false;
        }
        catch (SocketException problem)
        {
            // any other problem: no such address family on this machine
            return problem.SocketErrorCode == SocketError.AddressAlreadyInUse;
        }
    }
}
