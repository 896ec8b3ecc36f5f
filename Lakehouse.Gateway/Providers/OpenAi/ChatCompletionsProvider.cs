using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>OpenAI's chat completions, whoever serves them. The request is the caller's own body with few fields edited, so
/// that what nobody here knows passes too. Source: https://platform.openai.com/docs/api-reference/chat.</summary>
internal abstract class ChatCompletionsProvider(UpstreamClient upstream) : IModelProvider
{
    // an address is taken apart where it is first used, and again for each copy
    private readonly ConditionalWeakTable<ProviderConfig, Uri> _addresses = [];

    public abstract string Kind { get; }

    public UpstreamRequest Prepare(ProviderCall call) => new(
        call, _addresses.GetValue(call.Provider, static provider => provider.Url("/chat/completions")), OpenAiRequest.Build(call, Edits(call), Reasoning(call)));

    public async Task<ModelReply> ChatAsync(UpstreamRequest request, CallClock clock)
    {
        var call = Call(request.Call.Provider, request.Url, request.Body);
        return OpenAiReply.Whole(WireElement.Object((await upstream.BytesAsync(call, clock)).Span, call.Vendor), request.Call.Model, call, BillsInUsage);
    }

    public IAsyncEnumerable<ModelChunk> StreamAsync(UpstreamRequest request, CallClock clock)
    {
        var call = Call(request.Call.Provider, request.Url, request.Body);
        return upstream.EventsAsync(call, clock, new OpenAiStream(call, BillsInUsage));
    }

    public UpstreamRequest PrepareEmbedding(ProviderCall call) => new(call, call.Provider.Url("/embeddings"), OpenAiEmbedding.Build(call));

    public async Task<EmbeddingReply> EmbedAsync(UpstreamRequest request, CallClock clock)
    {
        var call = Call(request.Call.Provider, request.Url, request.Body);
        return OpenAiEmbedding.Read(await upstream.BytesAsync(call, clock), request.Call, call, BillsInUsage);
    }

    public async Task<IReadOnlyList<ModelListing>> ListModelsAsync(ProviderConfig provider, CallClock clock)
    {
        var call = Call(provider, provider.Url("/models"), default);
        return OpenAiListing.Read(await upstream.JsonAsync(call, clock), call);
    }

    /// <summary>Whether <c>usage.cost</c> is what the vendor bills, in USD.</summary>
    protected virtual bool BillsInUsage => false;

    protected virtual string Vendor(ProviderConfig provider) => provider.Name;

    /// <summary>Fields that replace the caller's, besides those that every server gets; a null value = the field is left out.</summary>
    protected abstract IReadOnlyList<KeyValuePair<string, JsonNode?>> Edits(ProviderCall call);

    /// <summary>What becomes of the reasoning in earlier assistant messages.</summary>
    protected abstract EarlierReasoning Reasoning(ProviderCall call);

    protected virtual IEnumerable<(string Name, string Value)> Headers => [];

    private UpstreamCall Call(ProviderConfig provider, Uri url, ReadOnlyMemory<byte> body) => new(Vendor(provider), url, body, provider.ApiKey, OpenAiError.Refusal,
        provider.ApiKey is null ? [.. Headers] : [("Authorization", $"Bearer {provider.ApiKey}"), .. Headers]);
}
