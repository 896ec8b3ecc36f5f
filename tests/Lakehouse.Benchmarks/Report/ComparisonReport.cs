using System.Text;
using Lakehouse.Benchmarks.Load;
using Lakehouse.Benchmarks.Runs;

namespace Lakehouse.Benchmarks.Report;

/// <summary>The result as Markdown.</summary>
internal static class ComparisonReport
{
    private const string Columns = "| target | req/s | × Portkey | of floor | p50 ms | p99 ms | added p50 ms | errors | CPU-ms per 1,000 | Redis | Postgres | RSS MB |";

    public static string Write(ComparisonResult result, BenchmarkOptions options, IReadOnlyList<string> machine)
    {
        var rounds = new Rounds(result.Measurements);
        var text = new StringBuilder();
        text.AppendLine($"`dotnet run -c Release --project tests/Lakehouse.Benchmarks -- {options.CommandLine}`").AppendLine();
        text.AppendLine($"{options.Rounds} round(s) of {options.Run.TotalSeconds:F0} s each; median (least..most) of the rounds.").AppendLine();
        foreach (var fact in machine)
        {
            text.AppendLine($"- {fact}");
        }

        if (options.Targets.Contains(TargetNames.Lakehouse))
        {
            text.AppendLine().Append(GoalsReport.Write(rounds, result.FirstTokens));
        }

        foreach (var (mode, connections) in Enum.GetValues<Mode>().SelectMany(mode => options.Connections.Select(connections => (mode, connections))))
        {
            text.AppendLine().AppendLine($"**{mode}, {connections} connection{(connections == 1 ? "" : "s")}**").AppendLine();
            text.AppendLine(Columns).AppendLine("|---" + string.Concat(Enumerable.Repeat("|---:", 11)) + "|");
            foreach (var target in TargetNames.All.Where(options.Targets.Contains))
            {
                text.AppendLine(Row(rounds, target, mode, connections));
            }
        }

        text.AppendLine().AppendLine("**First streamed token at one connection, 200 calls each, ms**").AppendLine().AppendLine("| target | median | least | most |").AppendLine("|---|---:|---:|---:|");
        foreach (var (target, time) in result.FirstTokens)
        {
            text.AppendLine($"| {target} | {time.Median:F2} | {time.Least:F2} | {time.Most:F2} |");
        }

        return result.Record is { } record ? text.AppendLine().AppendLine(Text(record)).ToString() : text.ToString();
    }

    public static string Text(LakehouseRecord record) =>
        $"Lakehouse answered {record.Answered:N0} calls; {record.LedgerRows:N0} charged calls are in the ledger (those that wrk gave up at the end of a run are among them), and {record.Telemetry.Bytes / 1e6:N1} MB of telemetry with {record.Telemetry.Spans:N0} spans were exported.";

    private static string Row(Rounds rounds, string target, Mode mode, int connections)
    {
        var own = rounds.Of(target, mode, connections).ToList();
        string[] cells =
        [
            target,
            Median.Text(own.Select(one => (double?)one.Load.PerSecond), "N0"),
            Median.Text(rounds.Compare(target, TargetNames.Portkey, mode, connections, Rounds.Faster), "F1"),
            Median.Text(rounds.Compare(target, TargetNames.Floor, mode, connections, Rounds.Faster), "P0"),
            Median.Text(own.Select(one => (double?)one.Load.P50.TotalMilliseconds), "F2"),
            Median.Text(own.Select(one => (double?)one.Load.P99.TotalMilliseconds), "F2"),
            target == TargetNames.Direct ? "-" : Median.Text(rounds.Compare(target, TargetNames.Direct, mode, connections, Rounds.AddedMilliseconds), "F2"),
            own.Sum(one => one.Load.Errors).ToString("N0"),
            Median.Text(own.Select(one => (double?)one.CpuPerThousand), "F0"),
            Median.Text(own.Select(one => one.RedisPerThousand), "F0"),
            Median.Text(own.Select(one => one.PostgresPerThousand), "F0"),
            Median.Text(own.Select(one => (double?)(one.Resident / 1e6)), "F0"),
        ];
        return $"| {string.Join(" | ", cells)} |";
    }
}
