using System.Net;

namespace Lakehouse.BotWorker.Api;

internal static class LoopbackOnly
{
    /// <summary>
    /// From this machine and asked for by a name of this machine: a foreign name that resolves to 127.0.0.1 (DNS rebinding)
    /// would let a web page act as the person at the browser.
    /// </summary>
    public static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote) && IsLocalName(context.Request.Host.Host);

    public static bool IsLocalName(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
