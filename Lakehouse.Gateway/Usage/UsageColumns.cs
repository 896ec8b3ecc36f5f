namespace Lakehouse.Gateway.Usage;

/// <param name="Type">In SQL.</param>
/// <param name="Default">In SQL: what a record without it has; null = null.</param>
internal sealed record UsageColumn(string Name, string Type, Action<CopyLine, UsageRecord> Write, string? Default = null);

/// <summary>
/// The ledger's columns, in the order of a <see cref="UsageLine"/>. A new one goes to the end: lines that an older gateway left
/// have none, and the careful way into the ledger takes them all the same.
/// </summary>
internal static class UsageColumns
{
    public static readonly UsageColumn[] All =
    [
        new("attempt_id", "text", static (line, record) => line.Add(record.AttemptId)),
        new("request_id", "text", static (line, record) => line.Add(record.RequestId)),
        new("attempt", "integer", static (line, record) => line.Add(record.Attempt), "1"),
        new("operation", "text", static (line, record) => line.Add(record.Operation), "'chat'"),
        new("day", "date", static (line, record) => line.Add(record.Day)),
        new("started_at", "timestamptz", static (line, record) => line.Add(record.StartedAt)),
        new("consumer", "text", static (line, record) => line.Add(record.Consumer)),
        new("key_id", "text", static (line, record) => line.Add(record.KeyId)),
        new("provider", "text", static (line, record) => line.Add(record.Provider)),
        new("model", "text", static (line, record) => line.Add(record.Model)),
        new("task_class", "text", static (line, record) => line.Add(record.TaskClass)),
        new("session_id", "text", static (line, record) => line.Add(record.SessionId)),
        new("outcome", "text", static (line, record) => line.Add(record.Outcome)),
        new("error", "text", static (line, record) => line.Add(record.Error)),
        new("streamed", "boolean", static (line, record) => line.Add(record.Streamed), "false"),
        new("finish_reason", "text", static (line, record) => line.Add(record.FinishReason)),
        new("prompt_tokens", "bigint", static (line, record) => line.Add(record.PromptTokens), "0"),
        new("completion_tokens", "bigint", static (line, record) => line.Add(record.CompletionTokens), "0"),
        new("cached_tokens", "bigint", static (line, record) => line.Add(record.CachedTokens), "0"),
        new("cache_write_tokens", "bigint", static (line, record) => line.Add(record.CacheWriteTokens), "0"),
        new("reasoning_tokens", "bigint", static (line, record) => line.Add(record.ReasoningTokens), "0"),
        new("estimated", "boolean", static (line, record) => line.Add(record.Estimated), "false"),
        new("charged_calls", "bigint", static (line, record) => line.Add(record.ChargedCalls), "0"),
        new("charged_tokens", "bigint", static (line, record) => line.Add(record.ChargedTokens), "0"),
        new("cost_nano_usd", "bigint", static (line, record) => line.Add(record.CostNanoUsd), "0"),
        new("latency_ms", "bigint", static (line, record) => line.Add(record.LatencyMs), "0"),
        new("first_byte_ms", "bigint", static (line, record) => line.Add(record.FirstByteMs)),
        new("trace_id", "text", static (line, record) => line.Add(record.TraceId)),
        new("hold_id", "text", static (line, record) => line.Add(record.HoldId)),
        new("held_tokens", "bigint", static (line, record) => line.Add(record.HeldTokens), "0"),
        new("held_nano_usd", "bigint", static (line, record) => line.Add(record.HeldNanoUsd), "0"),
        new("details", "jsonb", static (line, record) => line.Add(record.Details)),
    ];

    public static readonly string Names = string.Join(", ", All.Select(column => column.Name));

    public static readonly string Types = string.Join(", ", All.Select(column => $"{column.Name} {column.Type}"));

    public static readonly string Values = string.Join(", ", All.Select(column => column.Default is null ? column.Name : $"coalesce({column.Name}, {column.Default})"));
}
