using Lakehouse.Benchmarks.Load;
using Lakehouse.Benchmarks.Machine;
using Lakehouse.Benchmarks.Targets;

namespace Lakehouse.Benchmarks.Runs;

/// <summary>Loads a target and reads what its processes used meanwhile.</summary>
internal static class Meter
{
    // longer than the drainer waits between two batches of the ledger
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan AtRest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<Measurement> RunAsync(int round, Target target, Mode mode, int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        var before = Used(target);
        var load = await Wrk.RunAsync(target, mode, connections, duration, cancellationToken);
        var after = await AtRestAsync(target, cancellationToken);
        return new(round, target.Name, mode, connections, load, after.Own - before.Own, after.Redis - before.Redis, after.Postgres - before.Postgres, ProcessTree.Resident(target.ProcessId));
    }

    // What a target puts off (a ledger that is written behind the reply, telemetry) is part of what a request costs, and must
    // not slow down whoever comes next.
    private static async Task<Usage> AtRestAsync(Target target, CancellationToken cancellationToken)
    {
        var last = Used(target);
        for (var waited = TimeSpan.Zero; waited < Patience; waited += Look)
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
            var now = Used(target);
            if (now.All - last.All <= AtRest)
            {
                return now;
            }

            last = now;
        }

        throw new BenchmarkException($"{target.Name} still works {Patience.TotalSeconds} s after its load ended.");
    }

    private static Usage Used(Target target) => new(
        ProcessTree.Cpu(target.ProcessId),
        target.Stores is { } stores ? ProcessTree.Cpu(stores.Redis) : null,
        target.Stores is { } behind ? ProcessTree.Cpu(behind.Postgres) : null);

    private sealed record Usage(TimeSpan Own, TimeSpan? Redis, TimeSpan? Postgres)
    {
        public TimeSpan All => Own + (Redis ?? TimeSpan.Zero) + (Postgres ?? TimeSpan.Zero);
    }
}
