using System.Globalization;
using System.Text.RegularExpressions;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Errors;

/// <summary>The rows of docs/errors.md, and the codes that stand in the gateway's source.</summary>
internal static partial class ErrorTable
{
    /// <summary>Code and status, in the table's order. Replies first, then what is only recorded.</summary>
    public static IReadOnlyList<(string Code, int Status)> Rows() =>
        [.. Row().Matches(File.ReadAllText(Path.Combine(Built.Checkout, "docs", "errors.md"))).Select(row => (row.Groups["code"].Value, Number(row.Groups["status"])))];

    public static IEnumerable<(string Code, int Status)> InSource()
    {
        var source = string.Join('\n', Directory.EnumerateFiles(Path.Combine(Built.Checkout, "Lakehouse.Gateway"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText));
        // new(404, "model_not_found", …) and new("upstream_auth", 502, …)
        return StatusFirst().Matches(source).Concat(CodeFirst().Matches(source)).Select(found => (found.Groups["code"].Value, Number(found.Groups["status"])))
            .Append((Gateway.Chat.Reservation.RequestCap, 429)).Distinct();
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| (?<status>\d{3}) \| `(?<code>[a-z_]+)` \|(?: [^|]+ \|){3}\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();

    [GeneratedRegex(@"(new|ApiError)\((?<status>[45]\d\d), ""(?<code>[a-z_]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StatusFirst();

    [GeneratedRegex(@"new\(""(?<code>[a-z_]+)"", (?<status>[45]\d\d), ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeFirst();
}
