using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>An assistant message or a delta of one, in the gateway's terms.</summary>
internal static class OpenAiMessage
{
    /// <summary>OpenRouter and newer vLLM call <c>reasoning</c> what DeepSeek called <c>reasoning_content</c>.</summary>
    public static void Normalize(JsonObject message)
    {
        if (message.ContainsKey("reasoning") && message.Take("reasoning") is { } reasoning && message["reasoning_content"] is null)
        {
            message["reasoning_content"] = reasoning;
        }

        if (message["reasoning_content"] is null && message["reasoning_details"] is JsonArray details && TextOf(details) is { Length: > 0 } text)
        {
            message["reasoning_content"] = text;
        }
    }

    /// <summary>Takes out of a delta what says nothing: the first chunk's role and empty text, and fields that are null.</summary>
    public static void Prune(JsonObject delta)
    {
        for (var index = delta.Count - 1; index >= 0; index--)
        {
            var (name, value) = delta.GetAt(index);
            if (value is null || name is "role" || (name is "content" or "reasoning_content" && value is JsonValue && delta.Text(name) is null))
            {
                delta.RemoveAt(index);
            }
        }
    }

    /// <summary>Whether a model that sent this used any token.</summary>
    public static bool HasOutput(JsonObject message) =>
        message.Text("content") is not null || message["content"] is JsonArray || message.Text("reasoning_content") is not null
        || message.Text("refusal") is not null || message["tool_calls"] is JsonArray { Count: > 0 } || message["function_call"] is not null;

    private static string TextOf(JsonArray details) => string.Concat(details.OfType<JsonObject>().Select(detail => detail.Text("text") ?? detail.Text("summary")));
}
