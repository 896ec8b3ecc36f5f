using Lakehouse.Benchmarks.Load;
using Lakehouse.Benchmarks.Servers;
using Lakehouse.Benchmarks.Targets;

namespace Lakehouse.Benchmarks.Runs;

/// <summary>All targets in turn, round after round: what disturbs the machine disturbs all of them.</summary>
internal static class Comparison
{

    public static async Task<ComparisonResult> RunAsync(House house, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var (rowsBefore, telemetryBefore) = await RecordedAsync(house, cancellationToken);
        long good = 0;
        foreach (var target in house.Targets)
        {
            foreach (var mode in Enum.GetValues<Mode>())
            {
                var warm = await WarmUp.RunAsync(target, mode, cancellationToken);
                good += target == house.Lakehouse?.Target ? warm : 0;
            }
        }

        var measurements = new List<Measurement>();
        foreach (var round in Enumerable.Range(1, options.Rounds))
        {
            // whoever comes first in one round comes later in the next
            var order = house.Targets.Skip((round - 1) % house.Targets.Count).Concat(house.Targets.Take((round - 1) % house.Targets.Count)).ToList();
            foreach (var (mode, connections) in Enum.GetValues<Mode>().SelectMany(mode => options.Connections.Select(connections => (mode, connections))))
            {
                foreach (var target in order)
                {
                    var one = await Meter.RunAsync(round, target, mode, connections, options.Run, cancellationToken);
                    measurements.Add(one);
                    good += target == house.Lakehouse?.Target ? one.Load.Good : 0;
                    Console.Error.WriteLine($"round {round} {mode} {connections} {target.Name}: {one.Load.PerSecond:F0}/s, {one.CpuPerThousand:F0} CPU-ms per 1,000, {one.Load.Errors} errors");
                }
            }
        }

        var tokens = await FirstTokens.RunAsync(house.Targets, cancellationToken);
        var (rowsAfter, telemetryAfter) = await RecordedAsync(house, cancellationToken);
        var record = house.Lakehouse is null ? null : new LakehouseRecord(good, rowsAfter - rowsBefore, telemetryAfter - telemetryBefore);
        record?.Check();
        return new(measurements, tokens, record);
    }

    private static async Task<(long Rows, Telemetry Telemetry)> RecordedAsync(House house, CancellationToken cancellationToken) => house.Lakehouse is { } lakehouse
        ? (await lakehouse.LedgerRowsAsync(cancellationToken), await lakehouse.TelemetryAsync(cancellationToken))
        : (0, new(0, 0));
}

internal sealed record ComparisonResult(IReadOnlyList<Measurement> Measurements, IReadOnlyDictionary<string, FirstToken> FirstTokens, LakehouseRecord? Record);

/// <summary>The proof that ours did all its work while it was measured.</summary>
/// <param name="Answered">Replies that wrk saw.</param>
/// <param name="LedgerRows">Calls that were charged and are in Postgres; those that wrk gave up at the end of a run are among them.</param>
internal sealed record LakehouseRecord(long Answered, long LedgerRows, Telemetry Telemetry)
{
    public const int SpansOfACall = 2;

    public void Check()
    {
        // the request and its attempt; the exporter drops what its queue cannot hold
        var spans = SpansOfACall * Answered;
        if (LedgerRows < Answered || Telemetry.Spans < spans)
        {
            throw new BenchmarkException($"The gateway answered {Answered} calls, but {LedgerRows} are in the ledger and {Telemetry.Spans} of at least {spans} spans came: what was measured is not all of it.");
        }
    }
}
