using System.Globalization;
using System.Text.RegularExpressions;

namespace Lakehouse.Gateway.Staffing.Validation;

/// <summary>What may not stand in a message: social security numbers, and what somebody earns.</summary>
internal static partial class SensitiveText
{
    public static IEnumerable<Finding> Find(string text, string field)
    {
        var seen = Visible(text);
        if (Ssn().IsMatch(seen) || NamedSsn().IsMatch(seen))
        {
            yield return new("ssn", field, $"{field} has the shape of a social security number (three, two and four digits); take it out.");
        }

        if (Salary().IsMatch(seen))
        {
            yield return new("salary", field, $"{field} has a word for pay near an amount in $; say nothing of what somebody earns.");
        }
    }

    // what nobody sees must not hide a number from a pattern
    private static string Visible(string text) => string.Concat(text.Where(letter => char.GetUnicodeCategory(letter) != UnicodeCategory.Format));

    // 3-2-4 between equal separators. A phone number is not: 419-555-0124 has three in the middle, +49 123 45 6789 a country before it, and
    // 123-45-6789-01 goes on.
    [GeneratedRegex(@"(?<![\d+]|\d[-. \u2010-\u2015\u2212])(?<!\+\d{1,3}[ -])\d{3}(?<sep>[-. \u2010-\u2015\u2212])\d{2}\k<sep>\d{4}(?!\d|[-.\u2010-\u2015\u2212]\d)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ssn();

    [GeneratedRegex(@"\b(ssn|social security( (number|no\.?))?)\b\D{0,20}\d{9}(?!\d)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex NamedSsn();

    private const string Word = @"\b(salary|salaries|wages?|compensation|remuneration|earn(s|ed|ings)?|pay(s|check|rate)?|hourly|annually|per (hour|year|annum|week|month)|an hour|a year)\b|/\s?(hr|hour|yr|year)\b";
    private const string Amount = @"\$\s?\d";

    [GeneratedRegex($@"({Word})[^$]{{0,40}}{Amount}|{Amount}[\d,.kK]*[^$]{{0,40}}({Word})", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Salary();
}
