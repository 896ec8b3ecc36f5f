using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>Reads JSON that somebody else wrote: what has the wrong type is as good as absent.</summary>
internal static class ClaudeJson
{
    public static string? Text(this JsonNode? node, string name) =>
        node is JsonObject found && found[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static long? Count(this JsonObject? node, string name)
    {
        if (node?[name] is not JsonValue value)
        {
            return null;
        }

        // a number that we wrote as int is no long to a JsonValue
        var count = value.TryGetValue(out long number) ? number : value.TryGetValue(out int small) ? small : -1;
        return count >= 0 ? count : null;
    }

    /// <summary>The fields but these, for what one shape carries and another has no word for.</summary>
    public static JsonObject Without(this JsonObject node, params ReadOnlySpan<string> names)
    {
        var rest = new JsonObject();
        foreach (var (name, value) in node)
        {
            if (!names.Contains(name))
            {
                rest[name] = value?.DeepClone();
            }
        }

        return rest;
    }

    /// <summary>Adds fields, which win over what was there.</summary>
    public static JsonObject With(this JsonObject node, JsonObject fields)
    {
        foreach (var (name, value) in fields)
        {
            node[name] = value?.DeepClone();
        }

        return node;
    }
}
