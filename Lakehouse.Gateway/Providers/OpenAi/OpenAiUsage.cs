using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>Tokens and, from OpenRouter, the bill.</summary>
internal static class OpenAiUsage
{
    private const decimal NanoPerUsd = 1_000_000_000;

    /// <param name="hasOutput">Whether the model sent anything: then it used tokens, and a count of zero is none.</param>
    /// <param name="bills">Whether <c>cost</c> is the vendor's bill.</param>
    public static ModelUsage Read(JsonObject usage, bool hasOutput, bool bills)
    {
        var (prompt, completion) = Said(usage.Count("prompt_tokens"), usage.Count("completion_tokens"), hasOutput);
        var (ofPrompt, ofCompletion) = (usage.Object("prompt_tokens_details"), usage.Object("completion_tokens_details"));
        var reasoning = ofCompletion?.Count("reasoning_tokens") ?? 0;
        if (reasoning > 0 && prompt + completion + reasoning == usage.Count("total_tokens"))
        {
            // xAI counts reasoning beside the completion
            completion += reasoning;
        }

        var cached = Math.Min(ofPrompt?.Count("cached_tokens") ?? usage.Count("prompt_cache_hit_tokens") ?? 0, prompt ?? 0);
        return new(
            prompt, completion, cached, Math.Min(ofPrompt?.Count("cache_write_tokens") ?? 0, (prompt ?? 0) - cached),
            Math.Min(reasoning, completion ?? 0), bills ? Cost(usage) : null);
    }

    /// <returns>Null for what is a field that was not filled in.</returns>
    public static (long? Prompt, long? Completion) Said(long? prompt, long? completion, bool hasOutput)
    {
        // no prompt is empty
        prompt = prompt > 0 ? prompt : null;
        return (prompt, completion > 0 || (prompt is not null && !hasOutput) ? completion : null);
    }

    /// <returns>The object itself where it says more than the three ordinary numbers; else null, as of most compatible servers.</returns>
    public static JsonObject? Beyond(JsonObject usage)
    {
        foreach (var (name, value) in usage)
        {
            if (value is not null && name is not ("prompt_tokens" or "completion_tokens" or "total_tokens"))
            {
                return usage;
            }
        }

        return null;
    }

    // cost is OpenRouter's own charge; with the user's own key of a vendor, that vendor charges beside it
    private static long? Cost(JsonObject usage)
    {
        if (Usd(usage, "cost") is not { } cost)
        {
            return null;
        }

        var upstream = usage.IsTrue("is_byok") ? usage.Object("cost_details") is { } details ? Usd(details, "upstream_inference_cost") ?? 0 : 0 : 0;
        return (long)decimal.Ceiling((cost + upstream) * NanoPerUsd);
    }

    private static decimal? Usd(JsonObject usage, string name) =>
        usage[name] is JsonValue value && value.TryGetValue(out decimal usd) && usd is >= 0 and < 1_000_000 ? usd : null;
}
