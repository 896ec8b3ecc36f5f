using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>Tokens. Source: https://ai.google.dev/api/generate-content#UsageMetadata.</summary>
internal static class GeminiUsage
{
    /// <returns>Null where nothing is reported.</returns>
    public static ModelUsage? Of(JsonNode? usage)
    {
        if (usage is not JsonObject)
        {
            return null;
        }

        var (prompt, tools) = (usage.Count("promptTokenCount"), usage.Count("toolUsePromptTokenCount") ?? 0);
        var (answer, thoughts) = (usage.Count("candidatesTokenCount"), usage.Count("thoughtsTokenCount"));
        return new(prompt + tools, Completion(prompt + tools, answer, thoughts, usage.Count("totalTokenCount")), usage.Count("cachedContentTokenCount") ?? 0, ReasoningTokens: thoughts ?? 0);
    }

    /// <returns>What OpenAI's usage has a word for beyond our numbers: the tokens of sound. Null where there are none.</returns>
    public static JsonObject? Beyond(JsonNode? usage)
    {
        var sound = usage.Objects("promptTokensDetails").Where(detail => detail.Text("modality") == "AUDIO").Sum(detail => detail.Count("tokenCount") ?? 0);
        return sound > 0 ? new() { ["prompt_tokens_details"] = new JsonObject { ["audio_tokens"] = sound } } : null;
    }

    // Zeros are not sent, and the last chunk sometimes forgets the answer's own tokens; the total has them. With both parts
    // absent nothing is known: a total that equals the prompt was seen after whole answers too.
    private static long? Completion(long? prompt, long? answer, long? thoughts, long? total) =>
        answer is null && thoughts is null ? null : Math.Max((answer ?? 0) + (thoughts ?? 0), total - prompt ?? 0);
}
