using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers;

/// <summary>A whole reply.</summary>
/// <param name="Message">OpenAI's assistant message: <c>role</c>, <c>content</c> (text or null), <c>tool_calls</c>,
/// <c>refusal</c>, and beyond OpenAI's list <c>reasoning_content</c> (text) and <c>reasoning_details</c> (OpenRouter's list:
/// <c>reasoning.text</c> with <c>signature</c>, <c>reasoning.encrypted</c> with <c>data</c>), which a caller sends back with
/// the next turn. Gemini's thought signature of a tool call is in <c>tool_calls[].extra_content.google.thought_signature</c>.</param>
/// <param name="FinishReason">stop, length, tool_calls or content_filter.</param>
/// <param name="Extra">Further fields for the top level of the reply: <c>system_fingerprint</c>, <c>native_finish_reason</c>, …</param>
/// <param name="Native">The vendor's whole reply, where the call was <see cref="ProviderCall.Native"/>.</param>
/// <param name="UsageSaid">OpenAI's usage object as the vendor wrote it, where it says more than <paramref name="Usage"/>.</param>
internal sealed record ModelReply(
    string Model, JsonObject Message, string FinishReason, ModelUsage Usage, JsonNode? Logprobs = null, JsonObject? Extra = null, JsonObject? Native = null, JsonObject? UsageSaid = null)
{
    /// <summary>The message as the vendor wrote it, where that is what the caller gets; else of kind undefined.</summary>
    public JsonElement Written { get; init; }

    public JsonObject Message { get => field ??= JsonObject.Create(Written)!; init; } = Message;
}

/// <summary>One step of a stream. The last ones have the finish reason and the usage.</summary>
/// <param name="Delta">OpenAI's delta, in the terms of <see cref="ModelReply.Message"/>; tool calls have their <c>index</c>. Null
/// or empty = nothing for the client.</param>
/// <param name="Native">The vendor's event, where the call was <see cref="ProviderCall.Native"/>; it is passed on as it is.</param>
/// <param name="UsageSaid">As in <see cref="ModelReply"/>; the last one holds.</param>
internal sealed record ModelChunk(
    JsonObject? Delta = null, string? FinishReason = null, string? Model = null, ModelUsage? Usage = null, JsonNode? Logprobs = null, JsonObject? Extra = null, NativeEvent? Native = null,
    JsonObject? UsageSaid = null)
{
    /// <summary>Not null = the delta is this piece of text and nothing else, as most are.</summary>
    public string? Text { get; init; }

    public JsonObject? Delta { get => field ??= Text is null ? null : DeltaOf(Text); init; } = Delta;

    public static ModelChunk OfText(string text) => new() { Text = text };

    public static JsonObject? DeltaOf(string? content = null, string? reasoning = null, JsonArray? toolCalls = null)
    {
        var delta = new JsonObject();
        if (content is not null)
        {
            delta["content"] = content;
        }

        if (reasoning is not null)
        {
            delta["reasoning_content"] = reasoning;
        }

        if (toolCalls is not null)
        {
            delta["tool_calls"] = toolCalls;
        }

        return delta.Count > 0 ? delta : null;
    }
}

/// <summary>A vendor's own server-sent event.</summary>
internal sealed record NativeEvent(string? Name, JsonObject Data);

/// <summary>Tokens by OpenAI's rules: the prompt includes what was cached, the completion includes reasoning. Null = not reported.</summary>
/// <param name="CachedTokens">Part of the prompt that was read from a cache.</param>
/// <param name="CacheWriteTokens">Part of the prompt that was written to a cache, which some vendors charge more for.</param>
/// <param name="CacheWriteHourTokens">Part of those: written to a cache that lives for an hour, which costs more again.</param>
/// <param name="ReasoningTokens">Part of the completion.</param>
/// <param name="CostNanoUsd">The vendor's own bill, where it sends one (OpenRouter).</param>
internal sealed record ModelUsage(
    long? PromptTokens, long? CompletionTokens, long CachedTokens = 0, long CacheWriteTokens = 0, long ReasoningTokens = 0, long? CostNanoUsd = null, long CacheWriteHourTokens = 0)
{
    public static readonly ModelUsage Unknown = new(null, null);

    /// <summary>Without the zeros that a vendor writes who did not count: no prompt is empty, and no answer that was seen.</summary>
    public ModelUsage Counted(bool answered) => this with
    {
        PromptTokens = PromptTokens is 0 ? null : PromptTokens, CompletionTokens = CompletionTokens is 0 && answered ? null : CompletionTokens,
    };
}

/// <param name="Vectors">One per input, in order.</param>
internal sealed record EmbeddingReply(string Model, IReadOnlyList<float[]> Vectors, ModelUsage Usage);

/// <param name="ContextTokens">The model's context window; null = not said.</param>
internal sealed record ModelListing(string Id, DateTimeOffset? Created = null, string? OwnedBy = null, long? ContextTokens = null);
