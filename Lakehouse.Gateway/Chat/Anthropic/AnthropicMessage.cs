using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Claude;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>A reply as Anthropic's message object.</summary>
internal static class AnthropicMessage
{
    /// <summary>Field of a tool_use block that keeps another vendor's signature of the call (Gemini's), which has to come back with
    /// the next turn; and of a message, for what of it no block can say (<see cref="AnthropicRest"/>).</summary>
    public const string Foreign = "extra_content";

    private static readonly string[] Reasons = ["end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal", "model_context_window_exceeded"];

    public static JsonObject Of(ChatCall call, ModelReply reply, UsageRecord record)
    {
        var refused = reply.Message.Text("refusal") is { Length: > 0 };
        var message = Empty(call, reply.Model, AnthropicUsage.Of(record, reply.Extra));
        message["content"] = Content(reply.Message, call.RequestId);
        return message.With(AnthropicRest.Fields(AnthropicRest.Of(reply.Message), reply.Extra, message)).With(Stop(reply.FinishReason, reply.Extra, refused));
    }

    /// <summary>As a stream begins it.</summary>
    public static JsonObject Empty(ChatCall call, string model, JsonObject usage) => new()
    {
        ["id"] = $"msg_{Suffix(call.RequestId)}", ["type"] = "message", ["role"] = "assistant", ["model"] = model, ["content"] = new JsonArray(),
        ["stop_reason"] = null, ["stop_sequence"] = null, ["stop_details"] = null, ["container"] = null, ["diagnostics"] = null, ["usage"] = usage,
    };

    /// <summary>Why it stopped: Claude's own word where the model is Claude.</summary>
    public static JsonObject Stop(string finishReason, JsonObject? extra, bool refused)
    {
        var reason = finishReason switch
        {
            _ when refused => "refusal",
            _ when extra.Text("native_finish_reason") is { } native && Reasons.Contains(native) => native,
            "length" => "max_tokens",
            "tool_calls" => "tool_use",
            "content_filter" => "refusal",
            _ => extra.Text("stop_sequence") is null ? "end_turn" : "stop_sequence",
        };
        return new()
        {
            ["stop_reason"] = reason,
            ["stop_sequence"] = extra?["stop_sequence"]?.DeepClone(), ["stop_details"] = extra?["stop_details"]?.DeepClone(), ["container"] = extra?["container"]?.DeepClone(),
        };
    }

    public static JsonObject Thinking(string text, string signature) => new() { ["type"] = "thinking", ["thinking"] = text, ["signature"] = signature };

    public static JsonObject Redacted(string? data) => new() { ["type"] = "redacted_thinking", ["data"] = data };

    public static JsonObject ToolUse(JsonNode? call, string requestId, int index)
    {
        var block = new JsonObject
        {
            ["type"] = "tool_use", ["id"] = call.Text("id") ?? $"toolu_{Suffix(requestId)}_{index}", ["name"] = (call as JsonObject)?["function"].Text("name") ?? "",
            ["input"] = new JsonObject(), ["caller"] = new JsonObject { ["type"] = "direct" },
        };
        if ((call as JsonObject)?[Foreign] is { } foreign)
        {
            block[Foreign] = foreign.DeepClone();
        }

        return block;
    }

    /// <summary>Whether a detail of reasoning has the text that is otherwise in the message's <c>reasoning_content</c>.</summary>
    public static bool HasThought(JsonNode? detail) => (detail.Text("text") ?? detail.Text("summary")) is { Length: > 0 };

    public static string? Signature(JsonNode? detail) => detail.Text("signature") is { Length: > 0 } signature ? AnthropicForeign.Seal(detail) ?? signature : null;

    private static JsonArray Content(JsonObject message, string requestId)
    {
        if (message[ClaudeMessages.Blocks] is JsonArray native)
        {
            return native.DeepClone().AsArray();
        }

        var (content, details) = (new JsonArray(), message["reasoning_details"] as JsonArray ?? []);
        if (!details.Any(HasThought) && message.Text("reasoning_content") is { Length: > 0 } thinking)
        {
            content.Add((JsonNode)Thinking(thinking, ""));
        }

        foreach (var detail in details)
        {
            content.Add((JsonNode)(detail.Text("type") == "reasoning.encrypted"
                ? Redacted(AnthropicForeign.Seal(detail) ?? detail.Text("data"))
                : Thinking(detail.Text("text") ?? detail.Text("summary") ?? "", Signature(detail) ?? "")));
        }

        foreach (var block in AnthropicRest.Blocks(message))
        {
            content.Add((JsonNode)block);
        }

        foreach (var call in message["tool_calls"] as JsonArray ?? [])
        {
            var block = ToolUse(call, requestId, content.Count);
            block["input"] = Input((call as JsonObject)?["function"].Text("arguments"));
            content.Add((JsonNode)block);
        }

        return content;
    }

    // as Anthropic's documentation wraps what a model wrote that is no JSON
    private static JsonObject Input(string? arguments)
    {
        try
        {
            return string.IsNullOrWhiteSpace(arguments) ? [] : JsonNode.Parse(arguments) as JsonObject ?? new() { ["INVALID_JSON"] = arguments };
        }
        catch (JsonException)
        {
            return new() { ["INVALID_JSON"] = arguments };
        }
    }

    private static string Suffix(string requestId) => requestId[(requestId.IndexOf('_', StringComparison.Ordinal) + 1)..];
}
