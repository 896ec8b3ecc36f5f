using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat;

/// <summary>OpenAI's reply and stream chunk.</summary>
internal static class ChatResponses
{
    public static JsonObject Whole(ChatCall call, ModelReply reply, UsageRecord record)
    {
        return new JsonObject
        {
            ["id"] = call.RequestId, ["object"] = "chat.completion", ["created"] = call.StartedAt.ToUnixTimeSeconds(), ["model"] = reply.Model,
            ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = WithoutIndex(reply.Message), ["logprobs"] = reply.Logprobs, ["finish_reason"] = reply.FinishReason }),
            ["usage"] = Usage(record),
        };
    }

    public static JsonObject First(ChatCall call) => Chunk(call, call.Call.Model, new JsonObject { ["role"] = "assistant", ["content"] = "" }, null);

    /// <returns>Null where the step has nothing for the client.</returns>
    public static JsonObject? Step(ChatCall call, ModelChunk chunk) =>
        chunk.Delta is { Count: > 0 } delta ? Chunk(call, chunk.Model ?? call.Call.Model, delta, null) : null;

    public static JsonObject Last(ChatCall call, string finishReason) => Chunk(call, call.Call.Model, [], finishReason);

    public static JsonObject UsageChunk(ChatCall call, UsageRecord record)
    {
        var chunk = Chunk(call, call.Call.Model, [], null);
        chunk["choices"] = new JsonArray();
        chunk["usage"] = Usage(record);
        return chunk;
    }

    private static JsonObject Chunk(ChatCall call, string model, JsonObject delta, string? finishReason) => new()
    {
        ["id"] = call.RequestId, ["object"] = "chat.completion.chunk", ["created"] = call.StartedAt.ToUnixTimeSeconds(), ["model"] = model,
        ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finishReason }),
    };

    private static JsonObject Usage(UsageRecord record)
    {
        var usage = new JsonObject
        {
            ["prompt_tokens"] = record.PromptTokens, ["completion_tokens"] = record.CompletionTokens, ["total_tokens"] = record.PromptTokens + record.CompletionTokens,
        };
        if (record.Estimated)
        {
            usage["estimated"] = true;
        }

        return usage;
    }

    // the index of a tool call belongs to streams only
    private static JsonObject WithoutIndex(JsonObject message)
    {
        foreach (var call in (message["tool_calls"] as JsonArray ?? []).OfType<JsonObject>())
        {
            call.Remove("index");
        }

        return message;
    }
}
