using System.Globalization;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>Where a value stands in a context: <c>contract.city</c>, and by index in a list <c>workers.0.status</c>.</summary>
internal sealed class FieldPath
{
    public const string Accepted = "a path such as contract.city or workers.0.status: 1 to 20 names of letters, digits, '_' and '-', with a dot between each two";
    private const int Deepest = 20;
    private readonly string[] _steps;

    private FieldPath(string text) => (Text, _steps) = (text, text.Split('.'));

    public string Text { get; }

    public string Root => _steps[0];

    public static bool IsOne(string text) => text.Length <= 1_000 && text.Split('.') is { Length: <= Deepest } names
        && names.All(name => name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'));

    /// <param name="text">That <see cref="IsOne"/>.</param>
    public static FieldPath Of(string text) => new(text);

    /// <returns>Null where nothing stands there, or null does.</returns>
    public JsonNode? Find(JsonObject context) => _steps.Aggregate((JsonNode?)context, Step);

    /// <summary>Puts a value in the place of the one that stands there; where none does, nothing happens.</summary>
    public void Replace(JsonObject context, string value)
    {
        var parent = _steps[..^1].Aggregate((JsonNode?)context, Step);
        if (Step(parent, _steps[^1]) is null)
        {
            return;
        }

        if (parent is JsonArray list)
        {
            list[Index(_steps[^1])!.Value] = value;
        }
        else
        {
            parent!.AsObject()[_steps[^1]] = value;
        }
    }

    public override string ToString() => Text;

    private static JsonNode? Step(JsonNode? node, string name) => node switch
    {
        JsonObject fields => fields[name],
        JsonArray list when Index(name) is { } index && index < list.Count => list[index],
        _ => null,
    };

    private static int? Index(string name) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
}
