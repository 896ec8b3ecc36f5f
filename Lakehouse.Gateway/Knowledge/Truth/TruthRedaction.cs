using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>What must not go on, taken out of a context and of whatever is sent to a model.</summary>
/// <param name="Context">The caller's, without it.</param>
internal sealed record TruthRedaction(IReadOnlyList<Redacted> Redacted, JsonObject Context)
{
    /// <summary>Characters from which on a value is taken out wherever it stands; a shorter one is only as a word: a 7 stands in many numbers.</summary>
    private const int LongEnough = 4;

    /// <summary>For a replacement that has in it what it is to replace.</summary>
    private const string Blank = "█████";

    /// <summary>Of a message, what says how it hangs together and not what is said.</summary>
    private static readonly string[] Structure = ["role", "type", "id", "tool_call_id"];

    /// <returns>Null where nothing is redacted.</returns>
    public static TruthRedaction? Of(IEnumerable<TruthAction> actions, JsonObject context)
    {
        var redacted = new List<Redacted>();
        JsonObject? clean = null;
        foreach (var action in actions)
        {
            clean ??= context.DeepClone().AsObject();
            redacted.AddRange(action.Texts.Select(text => Of(text, action.Replacement, wholeWords: false)));
            redacted.AddRange(action.Fields.SelectMany(field => FieldValue.Texts(field.Find(context)))
                .Where(text => !string.IsNullOrWhiteSpace(text)).Select(text => Of(text.Trim(), action.Replacement, text.Trim().Length < LongEnough)));
            foreach (var field in action.Fields)
            {
                field.Replace(clean, action.Replacement);
            }
        }

        if (clean is null)
        {
            return null;
        }

        // the longer first: a name that is part of another would leave the rest of it behind
        var whole = new TruthRedaction([.. redacted.OrderByDescending(one => one.Text.Length)], clean);
        return whole with { Context = whole.Clean(clean, isMessage: false)!.AsObject() };
    }

    /// <summary>A copy of a chat's message without it. Names of fields stay.</summary>
    public JsonObject Of(JsonObject message) => Clean(message, isMessage: true)!.AsObject();

    public string Of(string text) => Clean(text);

    private static Redacted Of(string text, string replacement, bool wholeWords) =>
        new(text, replacement.Contains(text, StringComparison.OrdinalIgnoreCase) ? Blank : replacement, wholeWords);

    private JsonNode? Clean(JsonNode? node, bool isMessage) => node switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, Clean(field.Key, field.Value, isMessage)))),
        JsonArray list => new JsonArray([.. list.Select(item => Clean(item, isMessage))]),
        JsonValue value when value.TryGetValue(out string? text) => Clean(text),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && Clean(value.ToString()) is var number && number != value.ToString() => number,
        _ => node?.DeepClone(),
    };

    private JsonNode? Clean(string name, JsonNode? value, bool isMessage) => name switch
    {
        _ when !isMessage => Clean(value, isMessage),
        "arguments" => Arguments(value),
        _ => Structure.Contains(name, StringComparer.Ordinal) ? value?.DeepClone() : Clean(value, isMessage),
    };

    private string Clean(string text) => text.StartsWith("data:", StringComparison.Ordinal) // an image, whose letters mean nothing
        ? text
        : Redacted.Aggregate(text, (current, one) => Words.Replace(current, one.Text, one.Replacement, one.WholeWords));

    // a tool call's are JSON inside of a text, where a quote stands as \"
    private JsonNode? Arguments(JsonNode? node)
    {
        if (node is not JsonValue value || !value.TryGetValue(out string? text))
        {
            return Clean(node, isMessage: false);
        }

        try
        {
            return Clean(JsonNode.Parse(text), isMessage: false)?.ToJsonString(LakehouseJson.Options) ?? text;
        }
        catch (JsonException)
        {
            return Clean(text);
        }
    }
}

internal sealed record Redacted(string Text, string Replacement, bool WholeWords);
