using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>Vectors, read without a node for each of their numbers.</summary>
internal static class EmbeddingJson
{
    /// <summary>How many vectors answer <c>input</c>: a text or a list of tokens is one input, a list of either is many.</summary>
    public static int Inputs(JsonObject body) => body["input"] is JsonArray { Count: > 0 } list && list[0]?.GetValueKind() != JsonValueKind.Number ? list.Count : 1;

    /// <returns>A document whose root is an object.</returns>
    /// <exception cref="ProviderException">It is none.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> reply, string vendor)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(reply, WireJson.Strict);
        }
        catch (JsonException problem)
        {
            throw new ProviderException(ProviderFailure.Protocol, $"{vendor}'s reply is not JSON.", inner: problem);
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        throw Wrong(vendor, "is no JSON object");
    }

    /// <returns>Null where it is not a list of numbers.</returns>
    public static float[]? Numbers(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var vector = new float[array.GetArrayLength()];
        var index = 0;
        foreach (var number in array.EnumerateArray())
        {
            if (number.ValueKind != JsonValueKind.Number || !number.TryGetSingle(out vector[index++]))
            {
                return null;
            }
        }

        return vector;
    }

    public static ProviderException Wrong(string vendor, string what) => new(ProviderFailure.Protocol, $"{vendor}'s reply {what}.");
}
