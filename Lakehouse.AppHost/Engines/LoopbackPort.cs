using System.Net;
using System.Net.Sockets;

namespace Lakehouse.AppHost.Engines;

internal static class LoopbackPort
{
    /// <returns>A port that nobody listens on now.</returns>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
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
