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
            .Append(Row("8 clients that pause 0 to 100 ms after each answer", result.Paced)).Append(Row("8 clients without a pause", result.Full)).ToString();
    }

    private static string Row(string how, SearchResult result) => $"""
        | `search_workers` by role, city and state, top 20; {how}: p50 ms | | {result.Milliseconds(0.5):F1} |
        | the same, p99 ms | < 10 | {result.Milliseconds(0.99):F1} |
        | searches a second ({result.Times.Length:N0} in all) | | {result.PerSecond:N0} |

        """;
}
