using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers;

/// <summary><c>think</c> as a number of tokens, for vendors that count them, and as the nearest level for the others.</summary>
internal static class ThinkingTokens
{
    private const int Low = 1024;
    private const int Medium = 4096;

    /// <returns>Null = it is no number of tokens.</returns>
    public static int? Of(JsonNode? think) => think is JsonValue value && value.TryGetValue(out int tokens) && tokens > 0 ? tokens : null;

    /// <returns>low, medium or high; null = it says only whether.</returns>
    public static string? Level(JsonNode? think) => Of(think) switch
    {
        null => think is JsonValue value && value.TryGetValue(out string? level) ? level : null,
        < 2 * Low => "low",
        < 2 * Medium => "medium",
        _ => "high",
    };
}
