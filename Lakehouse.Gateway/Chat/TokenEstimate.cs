using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Chat;

/// <summary>How many tokens a call can use. The bound is what budgets hold; the guess is for reports where a provider is silent.</summary>
internal static class TokenEstimate
{
    /// <summary>Tokens that a message costs besides its text: role, separators.</summary>
    private const int PerMessage = 16;

    /// <summary>Tokens of one image, above what any vision model here is known to take. Its bytes say nothing about it.</summary>
    private const int PerImage = 4096;

    /// <summary>No tokenizer makes more tokens than a text has UTF-8 bytes.</summary>
    public static long InputBound(JsonObject body)
    {
        var messages = body["messages"]!.AsArray();
        var tokens = messages.Sum(message => PerMessage + MessageBytes(message!.AsObject()));
        return tokens + Bytes(body["tools"]) + Bytes(body["response_format"]);
    }

    public static long Guess(long characters) => (characters + 3) / 4;

    public static long InputCharacters(JsonObject body) => body["messages"]!.AsArray().Sum(message => ContentText(message!["content"]).Length);

    public static long EmbeddingBound(JsonObject body) => Inputs(body).Sum(input => PerMessage + InputBytes(input));

    public static long EmbeddingGuess(JsonObject body) => Inputs(body).Sum(input => input is JsonArray tokens ? tokens.Count : Guess(input?.ToString().Length ?? 0));

    // one text, several texts, one list of tokens, or several
    private static IEnumerable<JsonNode?> Inputs(JsonObject body)
    {
        if (body["input"] is not JsonArray { Count: > 0 } list || list[0]?.GetValueKind() == JsonValueKind.Number)
        {
            yield return body["input"];
            yield break;
        }

        foreach (var input in list)
        {
            yield return input;
        }
    }

    private static long InputBytes(JsonNode? input) => input is JsonArray tokens ? tokens.Count : Encoding.UTF8.GetByteCount(input?.ToString() ?? "");

    private static long MessageBytes(JsonObject message)
    {
        var images = (message["content"] as JsonArray)?.Count(IsImage) ?? 0;
        var others = message.Where(field => field.Key != "content").Sum(field => Bytes(field.Value));
        return Encoding.UTF8.GetByteCount(ContentText(message["content"])) + ((long)images * PerImage) + others;
    }

    private static string ContentText(JsonNode? content) => content is JsonArray parts
        ? string.Concat(parts.Where(part => !IsImage(part)).Select(part => part!.ToJsonString()))
        : content?.ToString() ?? "";

    private static bool IsImage(JsonNode? part) => part?["type"]?.ToString() == "image_url";

    private static long Bytes(JsonNode? node) => node is null ? 0 : Encoding.UTF8.GetByteCount(node.ToJsonString());
}
