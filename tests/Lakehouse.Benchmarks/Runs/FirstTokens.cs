using Lakehouse.Benchmarks.Load;
using Lakehouse.Benchmarks.Targets;
using Lakehouse.Testing;

namespace Lakehouse.Benchmarks.Runs;

/// <summary>Time to the first streamed token at one connection, in small blocks of each target in turn.</summary>
internal static class FirstTokens
{
    private const int Blocks = 10;
    private const int OfABlock = 20;

    public static async Task<IReadOnlyDictionary<string, FirstToken>> RunAsync(IReadOnlyList<Target> targets, CancellationToken cancellationToken)
    {
        var times = targets.ToDictionary(target => target.Name, _ => new List<TimeSpan>(Blocks * OfABlock), StringComparer.Ordinal);
        var clients = targets.ToDictionary(target => target.Name, target => Http.Client(target.Streamed.Url.AbsoluteUri), StringComparer.Ordinal);
        try
        {
            // the block before the first is for the connection and for our own code to become warm
            for (var block = -1; block < Blocks; block++)
            {
                foreach (var target in targets)
                {
                    for (var call = 0; call < OfABlock; call++)
                    {
                        var time = await Reply.FirstTokenAsync(clients[target.Name], target, cancellationToken);
                        if (block >= 0)
                        {
                            times[target.Name].Add(time);
                        }
                    }
                }
            }
        }
        finally
        {
            foreach (var client in clients.Values)
            {
                client.Dispose();
            }
        }

        return times.ToDictionary(
            target => target.Key,
            target => new FirstToken(Report.Median.Of(target.Value.Select(time => time.TotalMilliseconds)), target.Value.Min().TotalMilliseconds, target.Value.Max().TotalMilliseconds),
            StringComparer.Ordinal);
    }
}

/// <summary>In milliseconds, of 200 calls.</summary>
internal sealed record FirstToken(double Median, double Least, double Most);
