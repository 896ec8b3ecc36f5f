using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Configuration;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>How rules read a value of a context.</summary>
internal static class FieldValue
{
    /// <summary>Nothing, an empty list or object, or a text without a letter or digit: <c>" "</c>, <c>"-"</c> and <c>";"</c> say no more than <c>""</c>.</summary>
    public static bool IsEmpty(JsonNode? node) => node switch
    {
        null => true,
        JsonArray list => list.Count == 0,
        JsonObject fields => fields.Count == 0,
        JsonValue value when value.TryGetValue(out string? text) => !text.EnumerateRunes().Any(Rune.IsLetterOrDigit),
        _ => false,
    };

    /// <summary>Texts letter for letter, numbers by what they amount to (3 is 3.0), lists and objects by their contents. Nothing equals nothing.</summary>
    public static bool AreEqual(JsonNode? left, JsonNode? right)
    {
        if (left is null || right is null)
        {
            return false;
        }

        return IsNumber(left) && IsNumber(right) ? Compare(left, right) == 0 : JsonNode.DeepEquals(left, right);
    }

    public static bool IsNumber(JsonNode? node) => node?.GetValueKind() == JsonValueKind.Number;

    /// <param name="left">A number, as <paramref name="right"/> is.</param>
    public static int Compare(JsonNode left, JsonNode right)
    {
        var (a, b) = (left.ToJsonString(), right.ToJsonString());
        // exact as long as both fit: double would take 0.1 + 0.2 for another number than 0.3
        return decimal.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) && decimal.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out var y)
            ? x.CompareTo(y)
            : double.Parse(a, CultureInfo.InvariantCulture).CompareTo(double.Parse(b, CultureInfo.InvariantCulture));
    }

    /// <summary>Every text and number of a value, however deep, as text.</summary>
    public static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Texts(field.Value)),
        JsonArray list => list.SelectMany(Texts),
        JsonValue value when value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number => [value.ToString()],
        _ => [],
    };

    /// <summary>As messages show it: on one line, shortened, and never a key.</summary>
    public static string Show(JsonNode? node) => node switch
    {
        null => "missing",
        JsonValue value when value.TryGetValue(out string? text) => Quoted.Text(text),
        JsonValue value => value.ToJsonString(),
        JsonArray list => $"a list of {list.Count}",
        _ => "an object",
    };
}
