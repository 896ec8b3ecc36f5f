using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Knowledge.Truth;

namespace Lakehouse.Gateway.Embeddings;

/// <summary>OpenAI's embedding request, checked.</summary>
internal static class EmbeddingRequest
{
    private const int MostInputs = 2048;
    private static readonly string[] OurFields = ["model", "provider", "session_id", "task_class", "dry_run", "encoding_format", TruthVerdict.Field];
    private static readonly string[] OfChats = ["think", "clamp", "failed_attempts", "profile", "context"];

    /// <returns>The request, and whether the vectors are wanted as base64 (which OpenAI's own clients ask for).</returns>
    /// <exception cref="ApiError">400, naming the field, its value and what is accepted.</exception>
    public static (ChatRequest Request, bool Base64) Parse(JsonObject body)
    {
        var model = body.OptionalText("model") ?? throw ApiError.BadInput("model", "model is missing; accepted is an embedding model's name, such as ollama/nomic-embed-text.");
        if (OfChats.FirstOrDefault(field => body[field] is not null) is { } chats)
        {
            throw ApiError.BadInput(chats, $"{chats} is {body[chats].Shortened()}, which is for chats; accepted is an embedding without it.");
        }

        CheckInput(body["input"]);
        if (body["dimensions"] is { } dimensions && !(dimensions is JsonValue value && value.TryGetValue(out int count) && count is >= 1 and <= 65_536))
        {
            throw ApiError.BadInput("dimensions", $"dimensions is {dimensions.Shortened()}; accepted is a whole number from 1 to 65536.");
        }

        var format = body.OptionalText("encoding_format");
        if (format is not (null or "float" or "base64"))
        {
            throw ApiError.BadInput("encoding_format", $"encoding_format is '{format}'; accepted are float and base64.");
        }

        var request = new ChatRequest(body, model, body["provider"] is JsonObject ? null : body.OptionalText("provider"), false, false, null, null, body.OptionalText("session_id"), body.OptionalText("task_class"),
            body.OptionalFlag("dry_run"), TruthContext: body.OptionalObject(TruthVerdict.Field)?.DeepClone().AsObject());
        foreach (var field in OurFields.Where(field => field != "provider" || body[field] is not JsonObject))
        {
            body.Remove(field);
        }

        return (request, format == "base64");
    }

    /// <summary>Does what the truth rules said: takes out of the input what they redact.</summary>
    /// <exception cref="ApiError">403 or 422: they refuse it; 400: they redact, and it is tokens, in which nothing can be found.</exception>
    public static void Obey(ChatRequest request)
    {
        if (!request.DryRun && request.Truth?.Refusal() is { } refusal)
        {
            throw refusal;
        }

        if (request.Truth?.Redaction is { } redaction)
        {
            request.Body["input"] = Redacted(request.Body["input"]!, redaction);
        }
    }

    private static JsonNode Redacted(JsonNode input, TruthRedaction redaction) => input switch
    {
        JsonValue text => redaction.Of(text.ToString()),
        JsonArray list when list.All(item => Kind(item) == "text") => new JsonArray([.. list.Select(item => (JsonNode)redaction.Of(item!.ToString()))]),
        _ => throw ApiError.BadInput("input", "input is lists of tokens, and a truth rule redacts it; accepted are texts."),
    };

    private static void CheckInput(JsonNode? input)
    {
        const string accepted = "accepted is a text, or a list of up to 2048 texts or token lists, none of them empty";
        switch (input)
        {
            case JsonValue text when text.GetValueKind() == JsonValueKind.String && text.ToString().Length > 0:
                return;
            case JsonArray { Count: > 0 and <= MostInputs } list:
                var kinds = list.Select(Kind).Distinct().ToList();
                if (kinds is not [not null])
                {
                    throw ApiError.BadInput("input", $"input is {input.Shortened()}; {accepted}.");
                }

                return;
            default:
                throw ApiError.BadInput("input", $"input is {input.Shortened()}; {accepted}.");
        }
    }

    private static string? Kind(JsonNode? item) => item switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.String && value.ToString().Length > 0 => "text",
        JsonValue value when value.TryGetValue(out long token) && token >= 0 => "token",
        JsonArray { Count: > 0 } tokens when tokens.All(token => token is JsonValue one && one.TryGetValue(out long number) && number >= 0) => "tokens",
        _ => null,
    };
}
