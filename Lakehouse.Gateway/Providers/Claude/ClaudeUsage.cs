using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>Anthropic counts what was cached beside the input, OpenAI as a part of it.
/// Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching.</summary>
internal static class ClaudeUsage
{
    public static ModelUsage Of(JsonObject? usage)
    {
        var (read, written) = (usage.Count("cache_read_input_tokens") ?? 0, usage.Count("cache_creation_input_tokens") ?? 0);
        var hour = Math.Min(written, (usage?["cache_creation"] as JsonObject).Count("ephemeral_1h_input_tokens") ?? 0);
        return new(
            usage.Count("input_tokens") + read + written, usage.Count("output_tokens"), read, written, (usage?["output_tokens_details"] as JsonObject).Count("thinking_tokens") ?? 0, CacheWriteHourTokens: hour);
    }

    /// <summary>A stream's counts are cumulative: a later one replaces the earlier.</summary>
    public static void Update(JsonObject usage, JsonObject? later)
    {
        foreach (var (name, value) in (later ?? []).Where(field => field.Value is not null))
        {
            usage[name] = value!.DeepClone();
        }
    }
}
