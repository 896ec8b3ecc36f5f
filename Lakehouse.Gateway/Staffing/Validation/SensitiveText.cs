using System.Text.RegularExpressions;
using Lakehouse.Gateway.Knowledge.Retrieval;

namespace Lakehouse.Gateway.Staffing.Validation;

/// <summary>What may not stand in a message: social security numbers, and what somebody earns.</summary>
internal static partial class SensitiveText
{
    public static IEnumerable<Finding> Find(string text, string field)
    {
        var seen = PersonalNumbers.Visible(text);
        if (PersonalNumbers.HasSsn(seen))
        {
            yield return new("ssn", field, $"{field} has the shape of a social security number (three, two and four digits); take it out.");
        }

        if (Salary().IsMatch(seen))
        {
            yield return new("salary", field, $"{field} has a word for pay near an amount in $; say nothing of what somebody earns.");
        }
    }

    private const string Word = @"\b(salary|salaries|wages?|compensation|remuneration|earn(s|ed|ings)?|pay(s|check|rate)?|hourly|annually|per (hour|year|annum|week|month)|an hour|a year)\b|/\s?(hr|hour|yr|year)\b";
    private const string Amount = @"\$\s?\d";

    [GeneratedRegex($@"({Word})[^$]{{0,40}}{Amount}|{Amount}[\d,.kK]*[^$]{{0,40}}({Word})", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Salary();
}
