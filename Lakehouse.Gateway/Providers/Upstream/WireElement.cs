using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>As <see cref="WireJson"/>, of JSON that is read and passed on: no tree is built of it.</summary>
internal static class WireElement
{
    /// <exception cref="ProviderException">Not JSON, or no object.</exception>
    public static JsonElement Object(ReadOnlySpan<byte> json, string vendor)
    {
        var element = WireJson.Element(json, vendor);
        return element.ValueKind == JsonValueKind.Object ? element : throw WireJson.NoObject(vendor);
    }

    /// <param name="node">An object; of anything else every member is absent.</param>
    /// <returns>Of kind undefined where it is absent or null.</returns>
    public static JsonElement Member(this JsonElement node, ReadOnlySpan<byte> name) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : default;

    /// <returns>Null where it is absent, no text, or empty.</returns>
    public static string? Text(this JsonElement node, ReadOnlySpan<byte> name) =>
        node.Member(name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>For whoever edits it after all; it is taken apart only when somebody looks into it.</summary>
    public static JsonNode? ToNode(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.Object => JsonObject.Create(value),
        JsonValueKind.Array => JsonArray.Create(value),
        _ => JsonValue.Create(value),
    };
}
