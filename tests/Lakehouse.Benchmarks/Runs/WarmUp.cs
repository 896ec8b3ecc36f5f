using Lakehouse.Benchmarks.Load;
using Lakehouse.Benchmarks.Targets;

namespace Lakehouse.Benchmarks.Runs;

/// <summary>
/// Load until a target no longer gets faster: .NET's and V8's compilers work beside the requests, on the same cores, and take
/// the longer the more code there is. The rule is the same for all.
/// </summary>
internal static class WarmUp
{
    private const int Connections = 50;
    private const int Windows = 12;
    private const double Faster = 1.03;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(4);

    /// <returns>Replies that were good.</returns>
    public static async Task<long> RunAsync(Target target, Mode mode, CancellationToken cancellationToken)
    {
        var (good, best, since) = (0L, 0.0, 0);
        for (var window = 0; window < Windows && since < 2; window++)
        {
            var load = (await Meter.RunAsync(0, target, mode, Connections, Window, cancellationToken)).Load;
            good += load.Good;
            since = load.PerSecond > best * Faster ? 0 : since + 1;
            best = Math.Max(best, load.PerSecond);
        }

        return good;
    }
}
