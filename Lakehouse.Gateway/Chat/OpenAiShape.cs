using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat;

/// <summary>OpenAI's reply, error object and stream chunk.</summary>
internal sealed class OpenAiShape : IReplyShape
{
    public static readonly OpenAiShape Instance = new();

    public byte[] Whole(ChatCall call, ModelReply reply, UsageRecord record) => OpenAiAnswer.Of(call, reply, record);

    public IStreamShape Stream(ChatCall call) => new OpenAiStream(call);

    public JsonObject Error(ApiError error, string? requestId) => ErrorWriter.Body(error);

    /// <param name="said">The vendor's own words, which ours are written over; null = it said no more than we do. It changes its owner.</param>
    public static JsonObject Usage(UsageRecord record, JsonObject? said = null)
    {
        var usage = said ?? [];
        usage["prompt_tokens"] = record.PromptTokens;
        usage["completion_tokens"] = record.CompletionTokens;
        usage["total_tokens"] = record.PromptTokens + record.CompletionTokens;
        if (record.CachedTokens > 0 || record.CacheWriteTokens > 0)
        {
            var details = Details(usage, "prompt_tokens_details");
            details["cached_tokens"] = record.CachedTokens;
            details["cache_write_tokens"] = record.CacheWriteTokens;
        }

        if (record.ReasoningTokens > 0)
        {
            Details(usage, "completion_tokens_details")["reasoning_tokens"] = record.ReasoningTokens;
        }

        // beyond OpenAI: a stream has no header that could say it
        usage["cost_nano_usd"] = record.CostNanoUsd;
        if (record.Estimated)
        {
            usage["estimated"] = true;
        }

        return usage;
    }

    private static JsonObject Details(JsonObject usage, string name)
    {
        if (usage[name] is not JsonObject details)
        {
            usage[name] = details = [];
        }

        return details;
    }

    /// <summary>Adds fields that the object has not got yet. The nodes change their owner.</summary>
    public static void Append(JsonObject target, JsonObject? extra)
    {
        foreach (var (name, value) in extra?.ToList() ?? [])
        {
            if (!target.ContainsKey(name))
            {
                extra!.Remove(name);
                target[name] = value;
            }
        }
    }
}
