namespace Lakehouse.Gateway.Providers;

/// <summary>
/// A vendor's protocol. An adapter decides on all four mappings (request, reply, error, stream chunk) and knows nothing of
/// routes or budgets. Requests and replies are in OpenAI's chat-completions terms; what those cannot say travels in the
/// fields that <see cref="ModelReply"/> documents. The calls throw <see cref="ProviderException"/> and nothing else.
/// </summary>
internal interface IModelProvider
{
    /// <summary>The protocol, as <c>kind</c> in config/providers.toml names it.</summary>
    string Kind { get; }

    /// <summary>The request as the vendor wants it. Nothing is sent.</summary>
    /// <exception cref="Errors.ApiError">400: the vendor cannot express a field of the request, which is named.</exception>
    UpstreamRequest Prepare(ProviderCall call);

    Task<ModelReply> ChatAsync(UpstreamRequest request, CallClock clock);

    /// <summary>Ends normally only when the vendor said that it was done; a stream that is cut throws.</summary>
    IAsyncEnumerable<ModelChunk> StreamAsync(UpstreamRequest request, CallClock clock);

    /// <exception cref="Errors.ApiError">400: the vendor has no embeddings, or cannot express a field.</exception>
    UpstreamRequest PrepareEmbedding(ProviderCall call);

    Task<EmbeddingReply> EmbedAsync(UpstreamRequest request, CallClock clock);

    /// <summary>The models that the vendor offers now.</summary>
    Task<IReadOnlyList<ModelListing>> ListModelsAsync(ProviderConfig provider, CallClock clock);
}
