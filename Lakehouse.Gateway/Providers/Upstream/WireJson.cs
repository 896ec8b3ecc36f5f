using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>A vendor's JSON, in which any field may be of any type: what is not as expected is absent and never an exception.</summary>
internal static class WireJson
{
    // a name that stands twice would be found only when somebody looks, and then as an exception of another kind
    public static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <exception cref="ProviderException">Not JSON, or no object.</exception>
    public static JsonObject Object(ReadOnlySpan<byte> json, string vendor)
    {
        try
        {
            return Object(JsonNode.Parse(json, documentOptions: Strict), vendor);
        }
        catch (JsonException problem)
        {
            throw NotJson(vendor, problem);
        }
    }

    /// <exception cref="ProviderException">Not JSON, or no object.</exception>
    public static JsonObject Object(string json, string vendor)
    {
        try
        {
            return Object(JsonNode.Parse(json, documentOptions: Strict), vendor);
        }
        catch (JsonException problem)
        {
            throw NotJson(vendor, problem);
        }
    }

    /// <summary>Any JSON, before there are nodes of it.</summary>
    /// <exception cref="ProviderException">Not JSON.</exception>
    public static JsonElement Element(ReadOnlySpan<byte> json, string vendor)
    {
        try
        {
            return JsonElement.Parse(json, Strict);
        }
        catch (JsonException problem)
        {
            throw NotJson(vendor, problem);
        }
    }

    /// <returns>Null where it is absent, no text, or empty.</returns>
    public static string? Text(this JsonObject node, string name) =>
        node[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;

    /// <returns>Null where it is absent, no whole number, or negative.</returns>
    public static long? Count(this JsonObject node, string name)
    {
        if (node[name] is not JsonValue value)
        {
            return null;
        }

        // some servers write 12.0
        return value.TryGetValue(out long count) ? (count >= 0 ? count : null)
            : value.TryGetValue(out double real) && real is >= 0 and < long.MaxValue && double.IsInteger(real) ? (long)real : null;
    }

    /// <returns>Null also where it is zero, which a vendor writes who did not count.</returns>
    public static long? Positive(this JsonObject node, string name) => node.Count(name) is { } count && count > 0 ? count : null;

    public static bool IsTrue(this JsonObject node, string name) => node[name]?.GetValueKind() == JsonValueKind.True;

    public static JsonObject? Object(this JsonObject node, string name) => node[name] as JsonObject;

    /// <summary>Takes a field out, so that it can stand elsewhere without being copied.</summary>
    public static JsonNode? Take(this JsonObject node, string name)
    {
        var value = node[name];
        node.Remove(name);
        return value;
    }

    public static ProviderException NoObject(string vendor) => new(ProviderFailure.Protocol, $"{vendor}'s reply is no JSON object.");

    public static ProviderException NotJson(string vendor, JsonException problem) =>
        new(ProviderFailure.Protocol, $"{vendor}'s reply is not JSON.", inner: problem);

    private static JsonObject Object(JsonNode? node, string vendor) => node as JsonObject ?? throw NoObject(vendor);
}
