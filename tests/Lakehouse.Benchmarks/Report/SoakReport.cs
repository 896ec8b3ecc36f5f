using System.Text;
using Lakehouse.Benchmarks.Runs;

namespace Lakehouse.Benchmarks.Report;

internal static class SoakReport
{
    public static string Write(SoakResult result, IReadOnlyList<string> machine)
    {
        var text = new StringBuilder().AppendLine("`dotnet run -c Release --project tests/Lakehouse.Benchmarks -- --soak`").AppendLine();
        foreach (var fact in machine)
        {
            text.AppendLine($"- {fact}");
        }

        text.AppendLine().AppendLine("| calls so far | req/s | RSS MB |").AppendLine("|---:|---:|---:|");
        foreach (var point in result.Points)
        {
            text.AppendLine($"| {point.Calls:N0} | {point.PerSecond:N0} | {point.Resident / 1e6:F0} |");
        }

        var quarter = Math.Max(1, result.Points.Count / 4);
        var (second, last) = (Mean(result.Points.Skip(quarter).Take(quarter)), Mean(result.Points.TakeLast(quarter)));
        return text.AppendLine().AppendLine($"Errors: {result.Errors}. Mean of the second quarter {second:F0} MB, of the last {last:F0} MB. {ComparisonReport.Text(result.Record)}").ToString();
    }

    private static double Mean(IEnumerable<SoakPoint> points) => points.Select(point => point.Resident / 1e6).DefaultIfEmpty(double.NaN).Average();
}
