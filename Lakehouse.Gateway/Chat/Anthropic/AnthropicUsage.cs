using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Claude;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>Tokens by Anthropic's rules: what was cached is beside the input, not in it.</summary>
internal static class AnthropicUsage
{
    public static JsonObject Of(UsageRecord record, JsonObject? extra)
    {
        var usage = Of(record.PromptTokens, record.CachedTokens, record.CacheWriteTokens, record.CompletionTokens);
        usage["output_tokens_details"] = record.ReasoningTokens > 0 ? new JsonObject { ["thinking_tokens"] = record.ReasoningTokens } : null;
        usage["server_tool_use"] = extra?["server_tool_use"]?.DeepClone();
        usage["service_tier"] = Tier(extra.Text("service_tier"));
        if (extra?["inference_geo"] is { } place)
        {
            usage["inference_geo"] = place.DeepClone();
        }

        // of the last round of several it would be a part
        if (extra?["cache_creation"] is JsonObject written && written.Sum(kind => written.Count(kind.Key) ?? 0) == record.CacheWriteTokens)
        {
            usage["cache_creation"] = written.DeepClone();
        }

        if (record.Estimated)
        {
            usage["estimated"] = true;
        }

        return usage;
    }

    /// <summary>At the beginning of a stream, when a vendor has counted nothing yet or the prompt only.</summary>
    public static JsonObject Begin(ModelUsage? usage) => Of(usage?.PromptTokens ?? 0, usage?.CachedTokens ?? 0, usage?.CacheWriteTokens ?? 0, 0);

    // in Anthropic's words: its clients accept no others
    private static string? Tier(string? tier) => tier switch
    {
        "default" => "standard",
        "standard" or "priority" or "batch" => tier,
        _ => null,
    };

    private static JsonObject Of(long prompt, long cached, long written, long completion) => new()
    {
        ["input_tokens"] = Math.Max(0, prompt - cached - written),
        ["cache_creation_input_tokens"] = written,
        ["cache_read_input_tokens"] = cached,
        ["output_tokens"] = completion,
    };
}
