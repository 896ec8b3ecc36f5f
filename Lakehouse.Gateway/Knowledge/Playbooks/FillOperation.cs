using System.Globalization;
using System.Text.RegularExpressions;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>The line <c>fill: Welder x2 in Toledo, OH</c>, as a playbook has it and as a validator checks it.</summary>
/// <param name="Count">1 to 999.</param>
/// <param name="State">Two capital letters.</param>
internal sealed partial record FillOperation(string Role, int Count, string City, string State)
{
    /// <returns>Null: it has another form.</returns>
    public static FillOperation? Parse(string line) => Form().Match(line) is { Success: true } fill
        ? new(fill.Groups["role"].Value, int.Parse(fill.Groups["count"].ValueSpan, CultureInfo.InvariantCulture), fill.Groups["city"].Value, fill.Groups["state"].Value)
        : null;

    [GeneratedRegex(@"^fill: (?<role>[^,:\p{C}]*[^,:\s\p{C}]) x(?<count>[1-9][0-9]{0,2}) in (?<city>[^,\s\p{C}][^,\p{C}]*), (?<state>[A-Z]{2})\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
