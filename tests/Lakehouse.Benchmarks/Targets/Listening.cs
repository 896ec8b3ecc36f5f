using System.Net;
using System.Net.Sockets;
using Lakehouse.Testing;

namespace Lakehouse.Benchmarks.Targets;

internal static class Listening
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Returns when something accepts connections; fails with the output when the process ends first.</summary>
    public static async Task WaitAsync(int port, ChildProcess process, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        while (!await AcceptsAsync(port, limit.Token))
        {
            if (process.HasExited)
            {
                throw new BenchmarkException($"A process ended with {process.ExitCode} before it listened on {port}: {process.Output}");
            }

            await Task.Delay(Look, TimeProvider.System, limit.Token);
        }
    }

    private static async Task<bool> AcceptsAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
