using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>What becomes of each field of OpenAI's request. A field that no list has goes through as it is.</summary>
internal static class ClaudeFields
{
    /// <summary>Written anew for Claude.</summary>
    private static readonly string[] Mapped =
    [
        "messages", "max_tokens", "max_completion_tokens", "stream", "stop", "user", "service_tier", "tools", "tool_choice", "parallel_tool_calls",
        "response_format", "reasoning_effort", "output_config", "n", "frequency_penalty", "presence_penalty", "logprobs", "modalities",
    ];

    /// <summary>Left out, because they do not change the answer: what OpenAI stores, how it caches and whom it watches. Of messages
    /// the same holds for another vendor's reasoning (without Anthropic's signature) and tool call signatures.</summary>
    private static readonly string[] WithoutEffect =
        ["store", "metadata", "prompt_cache_key", "prompt_cache_retention", "safety_identifier", "stream_options"];

    private static readonly string[] Inexpressible =
        ["logit_bias", "top_logprobs", "seed", "audio", "prediction", "functions", "function_call", "web_search_options", "verbosity"];

    public static bool IsUnknown(string field) => !Mapped.Contains(field) && !WithoutEffect.Contains(field) && !Inexpressible.Contains(field);

    public static void Refuse(JsonObject source)
    {
        foreach (var field in Inexpressible.Where(field => source[field] is not null and not JsonObject { Count: 0 }))
        {
            throw Inexpressibly(field, source[field]!);
        }

        Only(source, "n", value => value.TryGetValue(out int count) && count == 1, "1");
        Only(source, "frequency_penalty", IsZero, "0");
        Only(source, "presence_penalty", IsZero, "0");
        Only(source, "logprobs", value => value.GetValueKind() == JsonValueKind.False, "false");
        Only(source, "temperature", value => value.TryGetValue(out double number) && number is >= 0 and <= 1, "0 to 1");
        if (source["modalities"] is { } modalities && modalities.ToJsonString() is not """["text"]""")
        {
            throw Inexpressibly("modalities", modalities);
        }
    }

    private static bool IsZero(JsonValue value) => value.TryGetValue(out double number) && number == 0;

    private static void Only(JsonObject source, string field, Func<JsonValue, bool> accepts, string accepted)
    {
        if (source[field] is { } value && !(value is JsonValue single && accepts(single)))
        {
            throw ApiError.BadInput(field, $"{field} is {value.ToJsonString()}; Claude accepts {accepted}.");
        }
    }

    private static ApiError Inexpressibly(string field, JsonNode value)
    {
        var text = value.ToJsonString();
        return ApiError.BadInput(field, $"{field} is {(text.Length > 80 ? text[..80] + "…" : text)}, which Claude cannot express; leave it out or choose another provider.");
    }
}
