using System.Net.Sockets;
using Lakehouse.Gateway.Configuration;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>Opens connections within the limit that config/routing.toml sets now.</summary>
internal sealed class Dialer(ConfigStore config, TimeProvider time)
{
    /// <exception cref="TimeoutException">Nobody took the connection in time.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var limit = config.Current.Routing.Timeouts.Connect;
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, either.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception problem)
        {
            socket.Dispose();
            if (problem is OperationCanceledException && late.IsCancellationRequested)
            {
                throw new TimeoutException($"No connection to {context.DnsEndPoint.Host} within {limit.TotalSeconds:0.#} s.", problem);
            }

            throw;
        }
    }
}
