using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Upstream;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat;

/// <summary>OpenAI's whole reply, written from what the vendor said without a second tree.</summary>
internal static class OpenAiAnswer
{
    /// <returns>UTF-8.</returns>
    public static byte[] Of(ChatCall call, ModelReply reply, UsageRecord record) =>
        JsonBytes.Of((call, reply, record), static (json, answer) => Write(json, answer.call, answer.reply, answer.record));

    private static void Write(Utf8JsonWriter json, ChatCall call, ModelReply reply, UsageRecord record)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, call.RequestId);
        json.WriteString("object"u8, "chat.completion"u8);
        json.WriteNumber("created"u8, call.StartedAt.ToUnixTimeSeconds());
        json.WriteString("model"u8, reply.Model);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WritePropertyName("message"u8);
        WriteMessage(json, reply);
        json.WritePropertyName("logprobs"u8);
        JsonBytes.Write(json, reply.Logprobs);
        json.WriteString("finish_reason"u8, reply.FinishReason);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WritePropertyName("usage"u8);
        WriteUsage(json, record, reply.UsageSaid);
        if (reply.Extra is not null)
        {
            WriteExtra(json, reply.Extra);
        }

        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, ModelReply reply)
    {
        if (reply.Written.ValueKind != JsonValueKind.Undefined)
        {
            reply.Written.WriteTo(json);
            return;
        }

        // the index of a tool call belongs to streams only
        foreach (var call in (reply.Message["tool_calls"] as JsonArray ?? []).OfType<JsonObject>())
        {
            call.Remove("index");
        }

        reply.Message.WriteTo(json);
    }

    private static void WriteUsage(Utf8JsonWriter json, UsageRecord record, JsonObject? said)
    {
        if (said is not null || record is not { CachedTokens: 0, CacheWriteTokens: 0, ReasoningTokens: 0, Estimated: false })
        {
            OpenAiShape.Usage(record, said).WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("prompt_tokens"u8, record.PromptTokens);
        json.WriteNumber("completion_tokens"u8, record.CompletionTokens);
        json.WriteNumber("total_tokens"u8, record.PromptTokens + record.CompletionTokens);
        json.WriteNumber("cost_nano_usd"u8, record.CostNanoUsd);
        json.WriteEndObject();
    }

    private static void WriteExtra(Utf8JsonWriter json, JsonObject extra)
    {
        foreach (var (name, value) in extra)
        {
            if (name is not ("id" or "object" or "created" or "model" or "choices" or "usage"))
            {
                json.WritePropertyName(name);
                JsonBytes.Write(json, value);
            }
        }
    }
}
