using Lakehouse.Benchmarks.Load;

namespace Lakehouse.Benchmarks.Runs;

/// <summary>One target, one kind of reply, one number of connections, once.</summary>
/// <param name="Cpu">Of all the target's processes, until they rested again.</param>
/// <param name="Resident">Bytes, after the run.</param>
internal sealed record Measurement(int Round, string Target, Mode Mode, int Connections, LoadResult Load, TimeSpan Cpu, TimeSpan? Redis, TimeSpan? Postgres, long Resident)
{
    public double CpuPerThousand => PerThousand(Cpu);

    public double? RedisPerThousand => Redis is { } redis ? PerThousand(redis) : null;

    public double? PostgresPerThousand => Postgres is { } postgres ? PerThousand(postgres) : null;

    private double PerThousand(TimeSpan cpu) => Load.Requests == 0 ? double.NaN : cpu.TotalMilliseconds * 1000 / Load.Requests;
}
