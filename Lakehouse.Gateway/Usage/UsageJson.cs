using System.Text.Json;
using Lakehouse.Gateway.Providers.Upstream;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Usage;

/// <summary>
/// Records as the JSON that waits in Redis and that the ledger takes apart. Written by hand: each call writes it twice, and
/// reflection made it a tenth of the gateway's work. What is null or nothing is left out.
/// </summary>
internal static class UsageJson
{
    /// <returns>UTF-8. All attempts of one settlement travel together, in a list.</returns>
    public static byte[] Write(params IReadOnlyList<UsageRecord> attempts) =>
        JsonBytes.Of(attempts, static (json, attempts) =>
        {
            json.WriteStartArray();
            foreach (var attempt in attempts)
            {
                json.WriteStartObject();
                Write(json, attempt);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    private static void Write(Utf8JsonWriter json, UsageRecord record)
    {
        Text(json, "attempt_id"u8, record.AttemptId);
        Text(json, "request_id"u8, record.RequestId);
        Number(json, "attempt"u8, record.Attempt);
        Text(json, "operation"u8, record.Operation);
        Text(json, "day"u8, record.Day);
        Text(json, "started_at"u8, UtcMillisecondsConverter.ToText(record.StartedAt));
        Text(json, "consumer"u8, record.Consumer);
        Text(json, "key_id"u8, record.KeyId);
        Text(json, "provider"u8, record.Provider);
        Text(json, "model"u8, record.Model);
        Text(json, "task_class"u8, record.TaskClass);
        Text(json, "session_id"u8, record.SessionId);
        Text(json, "outcome"u8, record.Outcome);
        Text(json, "error"u8, record.Error);
        Flag(json, "streamed"u8, record.Streamed);
        Text(json, "finish_reason"u8, record.FinishReason);
        Number(json, "prompt_tokens"u8, record.PromptTokens);
        Number(json, "completion_tokens"u8, record.CompletionTokens);
        Number(json, "cached_tokens"u8, record.CachedTokens);
        Number(json, "cache_write_tokens"u8, record.CacheWriteTokens);
        Number(json, "reasoning_tokens"u8, record.ReasoningTokens);
        Flag(json, "estimated"u8, record.Estimated);
        Number(json, "charged_calls"u8, record.ChargedCalls);
        Number(json, "charged_tokens"u8, record.ChargedTokens);
        Number(json, "cost_nano_usd"u8, record.CostNanoUsd);
        Number(json, "latency_ms"u8, record.LatencyMs);
        if (record.FirstByteMs is { } firstByte)
        {
            // a zero is an answer here
            json.WriteNumber("first_byte_ms"u8, firstByte);
        }

        Text(json, "trace_id"u8, record.TraceId);
        Text(json, "hold_id"u8, record.HoldId);
        Number(json, "held_tokens"u8, record.HeldTokens);
        Number(json, "held_nano_usd"u8, record.HeldNanoUsd);
        if (record.Details is { } details)
        {
            json.WritePropertyName("details"u8);
            json.WriteRawValue(details, skipInputValidation: true);
        }
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, long value)
    {
        if (value != 0)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Flag(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        if (value)
        {
            json.WriteBoolean(name, true);
        }
    }
}
