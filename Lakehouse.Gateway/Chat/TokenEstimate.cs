using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Chat;

/// <summary>How many tokens a call can use. The bound is what budgets hold; the guess is for reports where a provider is silent.</summary>
internal static class TokenEstimate
{
    /// <summary>Tokens that a message costs besides its text: role, separators.</summary>
    public const int PerMessage = 16;

    /// <summary>Tokens of one image, above what any vision model here is known to take. Its bytes say nothing about it.</summary>
    private const int PerImage = 4096;

    /// <summary>Tokens of a document, whose pages are also looked at as images: a hundred pages at what a page takes at most.</summary>
    private const int PerFile = 300_000;

    public static (long Bound, long Guess) Input(ChatBody body) => body.Plain is { } plain
        ? (plain.InputBound, Guess(plain.InputCharacters))
        : (InputBound(body.Tree), Guess(InputCharacters(body.Tree)));

    /// <summary>No tokenizer makes more tokens than a text has UTF-8 bytes.</summary>
    public static long InputBound(JsonObject body)
    {
        var messages = body["messages"]!.AsArray();
        return messages.Sum(message => PerMessage + MessageBytes(message!.AsObject())) + BesideMessages(body);
    }

    // Tools, functions, a schema, a prediction, and whatever a vendor may know that we do not: a field that is counted for nothing
    // costs a few tokens of a hold, one that is forgotten leaks. Numbers and flags are no input.
    private static long BesideMessages(JsonObject body)
    {
        var tokens = 0L;
        foreach (var (name, value) in body)
        {
            tokens += name is "messages" || value?.GetValueKind() is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? 0 : Bytes(value);
        }

        return tokens;
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
        var parts = message["content"] as JsonArray;
        var seen = ((parts?.Count(IsImage) ?? 0) * (long)PerImage) + ((parts?.Count(IsFile) ?? 0) * (long)PerFile);
        var others = 0L;
        foreach (var (name, value) in message)
        {
            others += name == "content" ? 0 : Bytes(value);
        }

        return Encoding.UTF8.GetByteCount(ContentText(message["content"])) + seen + others;
    }

    public static string ContentText(JsonNode? content) => content is JsonArray parts
        ? string.Concat(parts.Where(part => !IsImage(part)).Select(part => part!.ToJsonString()))
        : content?.ToString() ?? "";

    private static bool IsImage(JsonNode? part) => part?["type"]?.ToString() is "image_url" or "image";

    private static bool IsFile(JsonNode? part) => part?["type"]?.ToString() is "file" or "document";

    private static long Bytes(JsonNode? node) => node switch
    {
        null => 0,
        // with its quotes
        JsonValue value when value.TryGetValue(out string? text) => Encoding.UTF8.GetByteCount(text) + 2,
        _ => Encoding.UTF8.GetByteCount(node.ToJsonString()),
    };
}
