using System.Text.Json;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers.Upstream;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>Anthropic's Messages API: <c>POST /v1/messages</c>, buffered JSON or server-sent events.
/// Source: https://platform.claude.com/docs/en/api/messages.</summary>
internal sealed class ClaudeProvider(UpstreamClient upstream) : IModelProvider
{
    public const string Protocol = "claude";

    public string Kind => Protocol;

    public UpstreamRequest Prepare(ProviderCall call)
    {
        var body = ClaudeNative.Of(call) is { } native ? ClaudeNative.Build(call, native) : ClaudeRequest.Build(call);
        return new(call, call.Provider.Url("/v1/messages"), JsonSerializer.SerializeToUtf8Bytes(body, LakehouseJson.Options));
    }

    public async Task<ModelReply> ChatAsync(UpstreamRequest request, CallClock clock) =>
        ClaudeReply.Whole(await upstream.JsonAsync(Call(request), clock), request.Call);

    public IAsyncEnumerable<ModelChunk> StreamAsync(UpstreamRequest request, CallClock clock) =>
        upstream.EventsAsync(Call(request), clock, new ClaudeStream(request.Call));

    public UpstreamRequest PrepareEmbedding(ProviderCall call) =>
        throw ApiError.BadInput("model", $"model is {call.Model} of {call.Provider.Name}, and Claude has no embeddings; accepted is an embedding model of another provider, such as ollama/nomic-embed-text.");

    public Task<EmbeddingReply> EmbedAsync(UpstreamRequest request, CallClock clock) =>
        throw new ProviderException(ProviderFailure.InvalidRequest, "Claude has no embeddings.");

    public Task<IReadOnlyList<ModelListing>> ListModelsAsync(ProviderConfig provider, CallClock clock) =>
        ClaudeModels.ListAsync(path => upstream.JsonAsync(ClaudeCalls.To(provider, provider.Url(path), default), clock));

    private static UpstreamCall Call(UpstreamRequest request) => ClaudeCalls.To(request.Call.Provider, request.Url, request.Body, request.Call);
}
