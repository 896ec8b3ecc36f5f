using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>Fields of JSON whose shape nobody promised: what is absent or of another type is null.</summary>
internal static class JsonReading
{
    public static string? Text(this JsonNode? node, string name) => (node as JsonObject)?[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static long? Count(this JsonNode? node, string name) => (node as JsonObject)?[name] is JsonValue value && value.TryGetValue(out long count) ? count : null;

    public static bool IsTrue(this JsonNode? node, string name) => (node as JsonObject)?[name] is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    public static JsonObject? Object(this JsonNode? node, string name) => (node as JsonObject)?[name] as JsonObject;

    public static IEnumerable<JsonObject> Objects(this JsonNode? node, string name) => ((node as JsonObject)?[name] as JsonArray)?.OfType<JsonObject>() ?? [];

    /// <summary>A value for a message to the caller: never a whole image.</summary>
    public static string Short(this JsonNode? node) => node switch
    {
        null => "missing",
        _ when node.ToJsonString() is { Length: > 60 } text => text[..60] + "…",
        _ => node.ToJsonString(),
    };
}
