using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers;

/// <summary>
/// A vendor's protocol. An adapter maps request, reply, error and stream chunk, and knows nothing of routes or budgets.
/// Both methods throw <see cref="ProviderException"/> and nothing else, but for cancellation by the caller.
/// </summary>
internal interface IModelProvider
{
    /// <exception cref="Errors.ApiError">The vendor cannot express a field of the request; nothing was sent.</exception>
    void Check(ProviderCall call);

    Task<ModelReply> ChatAsync(ProviderCall call, CallClock clock);

    /// <summary>Ends normally only when the vendor said that it was done; a stream that is cut throws.</summary>
    IAsyncEnumerable<ModelChunk> StreamAsync(ProviderCall call, CallClock clock);
}

/// <param name="Body">The caller's request in OpenAI's shape, without the fields that are the gateway's own.</param>
internal sealed record ProviderCall(ProviderConfig Provider, string Model, JsonObject Body, int MaxTokens, JsonNode? Think);

/// <param name="PromptTokens">Null where the vendor reported none.</param>
internal sealed record ModelUsage(long? PromptTokens, long? CompletionTokens);

internal sealed record ModelReply(string Model, string? Content, string? Reasoning, JsonArray? ToolCalls, string FinishReason, ModelUsage Usage);

/// <summary>One step of a stream. The last one has the finish reason and the usage.</summary>
internal sealed record ModelChunk(string? Content = null, string? Reasoning = null, JsonArray? ToolCalls = null, string? FinishReason = null, string? Model = null, ModelUsage? Usage = null);
