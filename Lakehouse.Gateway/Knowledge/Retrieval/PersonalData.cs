using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>Takes out of a text, before anybody makes a vector of it, what names or reaches a person.</summary>
internal static partial class PersonalData
{
    /// <summary>Of persons: the values of the fields that are called a name or a person.</summary>
    public static string[] NamesIn(JsonObject attributes) =>
        [.. attributes.Where(field => NameField().IsMatch(field.Key)).SelectMany(field => field.Value is JsonArray list ? list : Enumerable.Repeat<JsonNode?>(field.Value, 1))
            .Select(node => node is JsonValue value && value.TryGetValue(out string? name) ? name.Trim() : "").Where(name => name.Length >= PersonNames.Shortest).Distinct()];

    /// <param name="names">As well as what has the form of an address or a number of a person.</param>
    public static string Mask(string text, PersonNames names) =>
        names.Mask(PersonalNumbers.WithoutPhones(PersonalNumbers.WithoutSsns(Email().Replace(PersonalNumbers.Visible(text), "[email]"))));

    /// <summary>The same with every text of a JSON value, whose escapes would hide what is in them.</summary>
    public static JsonNode? Mask(JsonNode? node, Func<string, string> mask) => node switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, Mask(field.Value, mask)))),
        JsonArray items => new JsonArray([.. items.Select(item => Mask(item, mask))]),
        JsonValue value when value.TryGetValue(out string? text) => mask(text),
        _ => node?.DeepClone(),
    };

    /// <returns>What of it is there: e-mail, phone, ssn.</returns>
    public static IEnumerable<string> KindsIn(string text)
    {
        var seen = PersonalNumbers.Visible(text);
        if (Email().IsMatch(seen))
        {
            yield return "e-mail address";
        }

        var rest = PersonalNumbers.WithoutSsns(seen);
        if (rest != seen)
        {
            yield return "social security number";
        }

        if (PersonalNumbers.HasPhone(rest))
        {
            yield return "phone number";
        }
    }

    [GeneratedRegex(@"(^|_)(names?|persons?|people)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NameField();

    [GeneratedRegex(@"[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Email();
}
