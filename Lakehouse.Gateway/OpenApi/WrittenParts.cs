using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Lakehouse.Gateway.OpenApi;

/// <summary>What of the API's description is written by hand, in <c>OpenApi/Written</c>: one file for each resource, together one document.</summary>
internal static class WrittenParts
{
    private const string Prefix = "openapi/";

    public static OpenApiDocument Read()
    {
        var assembly = typeof(WrittenParts).Assembly;
        var whole = new JsonObject { ["openapi"] = "3.1.1" };
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var part = assembly.GetManifestResourceStream(name)!;
            Merge(whole, JsonNode.Parse(part)!.AsObject());
        }

        var read = OpenApiDocument.Parse(whole.ToJsonString(), "json");
        return read.Diagnostic?.Errors is { Count: > 0 } errors
            ? throw new InvalidOperationException($"OpenApi/Written is no OpenAPI document: {string.Join(" ", errors)}")
            : read.Document!;
    }

    private static void Merge(JsonObject target, JsonObject part)
    {
        foreach (var (name, value) in part)
        {
            if (target[name] is JsonObject there && value is JsonObject more)
            {
                Merge(there, more);
            }
            else
            {
                target[name] = value?.DeepClone();
            }
        }
    }
}
