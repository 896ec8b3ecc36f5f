using System.Text;
using Lakehouse.Benchmarks.Runs;

namespace Lakehouse.Benchmarks.Report;

internal static class StaffingReport
{
    public static string Write(StaffingResult result, IReadOnlyList<string> machine)
    {
        var text = new StringBuilder().AppendLine("`dotnet run -c Release --project tests/Lakehouse.Benchmarks -- --staffing`").AppendLine();
        foreach (var fact in machine)
        {
            text.AppendLine($"- {fact}");
        }

        return text.AppendLine().AppendLine("| | to reach | measured |").AppendLine("|---|---:|---:|")
            .AppendLine($"| 500,000 workers generated, loaded and indexed, s | < 20 | {result.Workers.TotalSeconds:F1} |")
            .AppendLine($"| all {result.Rows:N0} rows, s | < 90 | {result.All.TotalSeconds:F1} |")
            .AppendLine($"| `search_workers` by role, city and state, top 20, 8 clients, p50 ms | | {result.P50.TotalMilliseconds:F1} |")
            .AppendLine($"| the same, p99 ms | < 10 | {result.P99.TotalMilliseconds:F1} |")
            .AppendLine($"| searches a second ({result.Searches:N0} in all) | | {result.PerSecond:N0} |").ToString();
    }
}
