using Lakehouse.Benchmarks.Load;
using Lakehouse.Benchmarks.Machine;

namespace Lakehouse.Benchmarks.Runs;

/// <summary>Half a million calls of ours: does its memory stay where it is?</summary>
internal static class Soak
{
    private const long Calls = 500_000;
    private const int Connections = 50;
    private static readonly TimeSpan Piece = TimeSpan.FromSeconds(10);

    public static async Task<SoakResult> RunAsync(House house, CancellationToken cancellationToken)
    {
        var lakehouse = house.Lakehouse!;
        var (rowsBefore, telemetryBefore) = (await lakehouse.LedgerRowsAsync(cancellationToken), await lakehouse.TelemetryAsync(cancellationToken));
        var points = new List<SoakPoint>();
        long good = 0;
        long errors = 0;
        while (good < Calls)
        {
            var load = await Wrk.RunAsync(lakehouse.Target, Mode.Buffered, Connections, Piece, cancellationToken);
            if (load.Good == 0)
            {
                throw new BenchmarkException($"The gateway answers no calls after {good}.");
            }

            (good, errors) = (good + load.Good, errors + load.Errors);
            points.Add(new(good, load.PerSecond, ProcessTree.Resident(lakehouse.Target.ProcessId)));
            Console.Error.WriteLine($"{good} calls, {load.PerSecond:F0}/s, {points[^1].Resident / 1_000_000} MB");
        }

        await Meter.RunAsync(0, lakehouse.Target, Mode.Buffered, 1, TimeSpan.FromSeconds(1), cancellationToken);
        var record = new LakehouseRecord(good, await lakehouse.LedgerRowsAsync(cancellationToken) - rowsBefore, await lakehouse.TelemetryAsync(cancellationToken) - telemetryBefore);
        record.Check();
        return new(points, errors, record);
    }
}

internal sealed record SoakResult(IReadOnlyList<SoakPoint> Points, long Errors, LakehouseRecord Record);

/// <param name="Calls">Answered so far.</param>
/// <param name="Resident">Bytes.</param>
internal sealed record SoakPoint(long Calls, double PerSecond, long Resident);
