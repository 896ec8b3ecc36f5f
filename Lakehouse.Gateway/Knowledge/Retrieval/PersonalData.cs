using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>Takes out of a text, before anybody makes a vector of it, what names or reaches a person.</summary>
internal static partial class PersonalData
{
    private const int ShortestName = 2;

    /// <summary>Of persons: the values of the fields that are called a name or a person.</summary>
    public static string[] NamesIn(JsonObject attributes) =>
        [.. attributes.Where(field => NameField().IsMatch(field.Key)).SelectMany(field => field.Value is JsonArray list ? list : Enumerable.Repeat<JsonNode?>(field.Value, 1))
            .Select(node => node is JsonValue value && value.TryGetValue(out string? name) ? name.Trim() : "").Where(name => name.Length >= ShortestName).Distinct()];

    /// <param name="names">As well as what has the form of an address or a number of a person.</param>
    public static string Mask(string text, IEnumerable<string> names)
    {
        var masked = Phone().Replace(Ssn().Replace(Email().Replace(text, "[email]"), "[ssn]"), "[phone]");
        // the longest first: "Jane Roe" before "Jane"
        foreach (var name in names.SelectMany(Parts).Distinct(StringComparer.OrdinalIgnoreCase).OrderByDescending(name => name.Length))
        {
            masked = Regex.Replace(masked, $@"(?<![\p{{L}}\p{{N}}]){Regex.Escape(name)}(?![\p{{L}}\p{{N}}])", "[name]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }

        return masked;
    }

    /// <returns>What of it is there: e-mail, phone, ssn.</returns>
    public static IEnumerable<string> KindsIn(string text)
    {
        if (Email().IsMatch(text))
        {
            yield return "e-mail address";
        }

        if (Ssn().IsMatch(text))
        {
            yield return "social security number";
        }
        else if (Phone().IsMatch(text))
        {
            yield return "phone number";
        }
    }

    // "Roe" alone is said as often as "Jane Roe"
    private static IEnumerable<string> Parts(string name) => [name, .. name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(part => part.Length > ShortestName)];

    [GeneratedRegex(@"(^|_)(names?|persons?|people)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NameField();

    [GeneratedRegex(@"[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Email();

    [GeneratedRegex(@"(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Ssn();

    // ten digits and more, however they are grouped; or seven as 555-0142
    [GeneratedRegex(@"(?<![\p{L}\d])(\+\d{1,3}[ .-]?)?(\(\d{3}\)[ .-]?|\d{3}[ .-]?)\d{3}[ .-]?\d{4}(?!\d)|(?<![\p{L}\d-])\d{3}[.-]\d{4}(?![\d-])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Phone();
}
