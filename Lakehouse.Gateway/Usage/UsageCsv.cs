using System.Globalization;
using System.Text;

namespace Lakehouse.Gateway.Usage;

/// <summary>The report for a spreadsheet: one line per group, or one line of totals. Source of the form: RFC 4180.</summary>
internal static class UsageCsv
{
    private static readonly (string Name, Func<UsageTotals, long?> Value)[] Columns =
    [
        ("requests", totals => totals.Requests), ("calls", totals => totals.Calls), ("prompt_tokens", totals => totals.PromptTokens),
        ("completion_tokens", totals => totals.CompletionTokens), ("total_tokens", totals => totals.TotalTokens), ("charged_tokens", totals => totals.ChargedTokens),
        ("cost_nano_usd", totals => totals.CostNanoUsd), ("errors", totals => totals.Errors), ("estimated", totals => totals.Estimated),
        ("latency_p50_ms", totals => totals.LatencyMs.P50), ("latency_p95_ms", totals => totals.LatencyMs.P95), ("latency_p99_ms", totals => totals.LatencyMs.P99),
    ];

    public static string Of(UsageReport report, IReadOnlyList<string> groups)
    {
        var text = new StringBuilder();
        Line(text, groups.Concat(Columns.Select(column => column.Name)));
        if (groups.Count == 0)
        {
            Line(text, Numbers(report.Totals));
        }

        foreach (var group in report.Groups)
        {
            Line(text, groups.Select(name => Quoted(group.Key[name])).Concat(Numbers(group.Totals)));
        }

        return text.ToString();
    }

    private static IEnumerable<string> Numbers(UsageTotals totals) => Columns.Select(column => column.Value(totals)?.ToString(CultureInfo.InvariantCulture) ?? "");

    // names come from callers: a spreadsheet must not take one for a formula
    private static string Quoted(string? text) =>
        $"\"{(text is [('=' or '+' or '-' or '@' or '\t' or '\r'), ..] ? "'" : "")}{text?.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static void Line(StringBuilder text, IEnumerable<string> fields) => text.AppendJoin(',', fields).Append("\r\n");
}
