using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Chat;

/// <summary>A chat request in OpenAI's shape, checked. <see cref="Body"/> keeps every field, known or not, but the gateway's own.</summary>
internal sealed record ChatRequest(
    JsonObject Body, string Model, string? Provider, bool Stream, bool IncludeUsage, int? MaxTokens, JsonNode? Think, string? SessionId, string? TaskClass)
{
    private static readonly string[] OurFields = ["model", "provider", "think", "session_id", "task_class", "dry_run"];
    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool"];

    /// <exception cref="ApiError">400, naming the field, its value and what is accepted.</exception>
    public static ChatRequest Parse(JsonObject body)
    {
        CheckMessages(body["messages"]);
        var model = Text(body, "model") ?? throw ApiError.BadInput("model", "model is missing; accepted is a model's name, such as ollama/qwen3:8b.");
        if (body["n"] is { } n && !(n is JsonValue count && count.TryGetValue(out int one) && one == 1))
        {
            throw ApiError.BadInput("n", $"n is {n.ToJsonString()}; accepted is 1.");
        }

        if (Flag(body, "dry_run"))
        {
            // must never be taken for an ordinary call: that would spend what the caller wanted only to ask about
            throw ApiError.BadInput("dry_run", "dry_run is true, which is not built yet; accepted is false.");
        }

        if (body["tools"] is { } tools and not JsonArray)
        {
            throw ApiError.BadInput("tools", $"tools is {tools.ToJsonString()}; accepted is a list.");
        }

        var request = new ChatRequest(
            body, model, body["provider"] is JsonObject ? null : Text(body, "provider"), Flag(body, "stream"), Flag(body["stream_options"] as JsonObject, "include_usage"),
            MaxTokensOf(body), ThinkOf(body["think"]), Text(body, "session_id"), Text(body, "task_class"));
        foreach (var field in OurFields)
        {
            body.Remove(field);
        }

        return request;
    }

    private static void CheckMessages(JsonNode? messages)
    {
        if (messages is not JsonArray { Count: > 0 } list)
        {
            throw ApiError.BadInput("messages", $"messages is {(messages is null ? "missing" : messages is JsonArray ? "empty" : "no list")}; accepted is a list of at least one message.");
        }

        for (var index = 0; index < list.Count; index++)
        {
            var at = $"messages[{index}]";
            var message = list[index] as JsonObject ?? throw ApiError.BadInput(at, $"{at} is no object; accepted is {{\"role\": …, \"content\": …}}.");
            if (!Roles.Contains(message["role"]?.ToString()))
            {
                throw ApiError.BadInput($"{at}.role", $"{at}.role is '{message["role"]}'; accepted are {string.Join(", ", Roles)}.");
            }

            var content = message["content"];
            var hasContent = content is JsonArray parts ? parts.All(part => part is JsonObject) : content?.GetValueKind() == JsonValueKind.String;
            if (!hasContent && !(content is null && message["tool_calls"] is JsonArray))
            {
                throw ApiError.BadInput($"{at}.content", $"{at}.content is {content?.ToJsonString() ?? "missing"}; accepted is a text or a list of typed parts.");
            }
        }
    }

    private static int? MaxTokensOf(JsonObject body)
    {
        var field = body["max_completion_tokens"] is not null ? "max_completion_tokens" : "max_tokens";
        if (body[field] is not { } value)
        {
            return null;
        }

        return value is JsonValue number && number.TryGetValue(out int tokens) && tokens > 0
            ? tokens
            : throw ApiError.BadInput(field, $"{field} is {value.ToJsonString()}; accepted is a whole number from 1.");
    }

    private static JsonValue? ThinkOf(JsonNode? think) => think switch
    {
        null => null,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value,
        JsonValue value when value.ToString() is "low" or "medium" or "high" => value,
        _ => throw ApiError.BadInput("think", $"think is {think.ToJsonString()}; accepted are true, false, \"low\", \"medium\", \"high\"."),
    };

    private static string? Text(JsonObject body, string field) => body[field] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? text) && text.Length is > 0 and <= 200 => text,
        var other => throw ApiError.BadInput(field, $"{field} is {Shorten(other.ToJsonString())}; accepted is a text of 1 to 200 characters."),
    };

    private static bool Flag(JsonObject? body, string field) => body?[field] switch
    {
        null => false,
        JsonValue value when value.TryGetValue(out bool flag) => flag,
        var other => throw ApiError.BadInput(field, $"{field} is {Shorten(other.ToJsonString())}; accepted are true and false."),
    };

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
