using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>OpenAI's embeddings as <c>batchEmbedContents</c>. Source: https://ai.google.dev/api/embeddings.</summary>
internal static class GeminiEmbeddings
{
    // the encoding is between us and the client: Gemini sends numbers
    private static readonly string[] Known = ["model", "input", "dimensions", "encoding_format", "user"];

    public static JsonObject Build(ProviderCall call)
    {
        if (call.Body.FirstOrDefault(field => !Known.Contains(field.Key) && field.Value is not null).Key is { } unknown)
        {
            throw ApiError.BadInput(unknown, $"{unknown} is set, which Gemini's embeddings cannot express; leave it out or choose another provider.");
        }

        var requests = new JsonArray();
        foreach (var text in Texts(call.Body["input"]))
        {
            var request = new JsonObject { ["model"] = $"models/{GeminiModels.Name(call.Model)}", ["content"] = new JsonObject { ["parts"] = new JsonArray(new JsonObject { ["text"] = text }) } };
            if (call.Body["dimensions"] is { } dimensions)
            {
                request["outputDimensionality"] = dimensions.DeepClone();
            }

            requests.Add((JsonNode)request);
        }

        return new() { ["requests"] = requests };
    }

    public static EmbeddingReply Reply(JsonObject reply, ProviderCall call)
    {
        var vectors = reply.Objects("embeddings").Select(Vector).ToArray();
        var asked = Texts(call.Body["input"]).Length;
        return vectors.Length == asked
            ? new(call.Model, vectors, new(reply.Object("usageMetadata").Count("promptTokenCount"), 0))
            : throw new ProviderException(ProviderFailure.Protocol, $"Gemini sent {vectors.Length} embeddings for {asked} texts.");
    }

    private static string[] Texts(JsonNode? input) => input switch
    {
        JsonValue when input.GetValueKind() == JsonValueKind.String => [input.ToString()],
        JsonArray { Count: > 0 } list when list.All(item => item?.GetValueKind() == JsonValueKind.String) => [.. list.Select(item => item!.ToString())],
        _ => throw ApiError.BadInput("input", $"input is {input.Short()}; Gemini accepts a text or a list of texts, no tokens."),
    };

    private static float[] Vector(JsonObject embedding)
    {
        var values = embedding["values"] as JsonArray ?? throw new ProviderException(ProviderFailure.Protocol, "Gemini sent an embedding without values.");
        return [.. values.Select(value => (value as JsonValue)?.TryGetValue(out float number) == true ? number : throw new ProviderException(ProviderFailure.Protocol, "Gemini sent an embedding that is not of numbers."))];
    }
}
