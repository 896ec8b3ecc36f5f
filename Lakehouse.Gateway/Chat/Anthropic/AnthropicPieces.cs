using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Claude;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>A part of a delta that belongs to one block.</summary>
/// <param name="Key">Which block of the kind.</param>
/// <param name="Start">The block as it begins.</param>
/// <param name="Delta">Null = the beginning is all of it.</param>
internal sealed record Piece(string Kind, int Key, JsonObject Start, JsonObject? Delta);

/// <summary>A delta in OpenAI's terms, piece by piece: reasoning, text, tool calls.</summary>
internal static class AnthropicPieces
{
    public static IEnumerable<Piece> Of(JsonObject delta, string requestId)
    {
        var details = delta["reasoning_details"] as JsonArray ?? [];
        if (!details.Any(AnthropicMessage.HasThought) && delta.Text("reasoning_content") is { Length: > 0 } thinking)
        {
            yield return Thought(0, "thinking", thinking);
        }

        foreach (var piece in details.OfType<JsonObject>().SelectMany(Reasoning))
        {
            yield return piece;
        }

        foreach (var block in AnthropicRest.Blocks(delta))
        {
            if (block.Text("type") == "thinking")
            {
                yield return Thought(0, "thinking", block.Text("thinking")!);
                continue;
            }

            // what carries more than its text is a block of its own
            yield return block.Count > 3
                ? new("whole", 0, block, null)
                : new("text", 0, new() { ["type"] = "text", ["text"] = "", ["citations"] = null }, Delta("text_delta", "text", block.Text("text")!));
        }

        foreach (var call in (delta["tool_calls"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var index = (int)(call.Count("index") ?? 0);
            yield return new("tool_use", index, AnthropicMessage.ToolUse(call, requestId, index), Delta("input_json_delta", "partial_json", call["function"].Text("arguments") ?? ""));
        }

        // what a message cannot say of Claude's blocks comes at the end, whole
        foreach (var block in (delta[ClaudeMessages.Blocks] as JsonArray ?? []).OfType<JsonObject>().Where(block => block.Text("type") is not ("text" or "thinking" or "redacted_thinking" or "tool_use")))
        {
            yield return new("whole", 0, block.DeepClone().AsObject(), null);
        }
    }

    private static IEnumerable<Piece> Reasoning(JsonObject detail)
    {
        var key = (int)(detail.Count("index") ?? 0);
        if (detail.Text("type") == "reasoning.encrypted")
        {
            yield return new("redacted_thinking", key, AnthropicMessage.Redacted(AnthropicForeign.Seal(detail) ?? detail.Text("data")), null);
            yield break;
        }

        if ((detail.Text("text") ?? detail.Text("summary")) is { Length: > 0 } text)
        {
            yield return Thought(key, "thinking", text);
        }

        if (AnthropicMessage.Signature(detail) is { } signature)
        {
            yield return Thought(key, "signature", signature);
        }
    }

    private static Piece Thought(int key, string field, string value) =>
        new("thinking", key, AnthropicMessage.Thinking("", ""), Delta($"{field}_delta", field, value));

    private static JsonObject Delta(string type, string field, string value) => new() { ["type"] = type, [field] = value };
}
