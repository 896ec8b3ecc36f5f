using Lakehouse.Benchmarks.Load;
using Lakehouse.Benchmarks.Runs;

namespace Lakehouse.Benchmarks.Report;

/// <summary>Compares two targets within one round, where the machine was the same for both.</summary>
internal sealed class Rounds(IReadOnlyList<Measurement> measurements)
{
    public IEnumerable<Measurement> Of(string target, Mode mode, int connections) =>
        measurements.Where(one => one.Target == target && one.Mode == mode && one.Connections == connections);

    public IEnumerable<Measurement> All(string target) => measurements.Where(one => one.Target == target);

    /// <returns>One value a round; empty where either was not measured.</returns>
    public IEnumerable<double?> Compare(string target, string with, Mode mode, int connections, Func<Measurement, Measurement, double> value) =>
        from one in Of(target, mode, connections)
        join other in Of(with, mode, connections) on one.Round equals other.Round
        select (double?)value(one, other);

    public static double Faster(Measurement one, Measurement other) => one.Load.PerSecond / other.Load.PerSecond;

    public static double Dearer(Measurement one, Measurement other) => one.CpuPerThousand / other.CpuPerThousand;

    public static double AddedMilliseconds(Measurement one, Measurement other) => (one.Load.P50 - other.Load.P50).TotalMilliseconds;
}
