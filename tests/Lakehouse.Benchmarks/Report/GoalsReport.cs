using System.Text;
using Lakehouse.Benchmarks.Load;
using Lakehouse.Benchmarks.Runs;

namespace Lakehouse.Benchmarks.Report;

/// <summary>What was to be reached, beside what was.</summary>
internal static class GoalsReport
{
    private const string Ours = TargetNames.Lakehouse;
    private const int Busy = 50;

    public static string Write(Rounds rounds, IReadOnlyDictionary<string, FirstToken> tokens)
    {
        var text = new StringBuilder().AppendLine("| goal | to reach | to aim at | measured |").AppendLine("|---|---:|---:|---:|");
        foreach (var mode in Enum.GetValues<Mode>())
        {
            Add($"throughput against Portkey's, {mode}, {Busy} connections", "≥ 6.0", "≥ 10.0", Compared(TargetNames.Portkey, mode, Rounds.Faster, "F1"));
            Add($"throughput against the floor's, {mode}, {Busy} connections", "≥ 25 %", "≥ 40 %", Compared(TargetNames.Floor, mode, Rounds.Faster, "P0"));
            Add($"CPU of the gateway against the floor's, {mode}, {Busy} connections", "≤ 3.0", "", Compared(TargetNames.Floor, mode, Rounds.Dearer, "F1"));
            Add($"added p50 at one connection, {mode}, ms", "", "< 1.00", Median.Text(rounds.Compare(Ours, TargetNames.Direct, mode, 1, Rounds.AddedMilliseconds), "F2"));
        }

        if (tokens.TryGetValue(Ours, out var ours) && tokens.TryGetValue(TargetNames.Floor, out var floor))
        {
            Add("first streamed token after the floor's, ms", "", "≤ 1.00", (ours.Median - floor.Median).ToString("F2"));
        }

        Add("resident memory after each run, MB", "", "≤ 200", Median.Text(rounds.All(Ours).Select(one => (double?)(one.Resident / 1e6)), "F0"));
        return text.ToString();

        void Add(string goal, string reach, string aim, string measured) => text.AppendLine($"| {goal} | {reach} | {aim} | {measured} |");

        string Compared(string with, Mode mode, Func<Measurement, Measurement, double> value, string format) => Median.Text(rounds.Compare(Ours, with, mode, Busy, value), format);
    }
}
