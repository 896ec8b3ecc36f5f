using System.Text.RegularExpressions;
using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Pages;

/// <summary>Sentences of the worker for people: cycles and pull requests in them become links, and a gap is shown without its list's mark.</summary>
internal static partial class LinkedText
{
    /// <param name="pulls">Addresses of pull requests that are stored: a model's text gets no link of its own.</param>
    public static Html Linked(this Html html, string? text, IReadOnlyCollection<string> pulls)
    {
        var rest = text ?? "";
        while (Linkable().Match(rest) is { Success: true } found)
        {
            html.Add($"{rest[..found.Index]}");
            var address = found.Value.TrimEnd('.', ',', ';', ':');
            if (found.Value[0] != 'h')
            {
                html.Add($"""<a href="{DashboardPages.PathOf(address)}">{address}</a>""");
            }
            else if (pulls.Contains(address))
            {
                html.Link(address, address);
            }
            else
            {
                html.Add($"{address}");
            }

            rest = rest[(found.Index + address.Length)..];
        }

        return html.Add($"{rest}");
    }

    /// <summary>A line of the plan as a person reads it: <c>- [ ] </c> is Markdown's.</summary>
    public static string Line(string line) => ListMark().Replace(line, "");

    [GeneratedRegex(@"\b\d{8}T\d{6}Z-[0-9a-f]{6}\b|https?://[^\s<>""]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Linkable();

    [GeneratedRegex(@"^[-*+]\s+(\[[ xX]\]\s+)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ListMark();
}
