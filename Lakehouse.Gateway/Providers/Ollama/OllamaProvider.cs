using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.Ollama;

/// <summary>Ollama's own protocol, local and cloud: <c>POST /api/chat</c>, buffered JSON or NDJSON.
/// Source: https://github.com/ollama/ollama/blob/main/docs/api.md.</summary>
internal sealed class OllamaProvider(UpstreamClient upstream) : IModelProvider
{
    private const string Vendor = "Ollama";

    public string Kind => "ollama";

    public UpstreamRequest Prepare(ProviderCall call) =>
        new(call, call.Provider.Url("/api/chat"), JsonSerializer.SerializeToUtf8Bytes(OllamaRequest.Build(call, call.Stream)));

    public async Task<ModelReply> ChatAsync(UpstreamRequest request, CallClock clock)
    {
        var reply = OllamaReply.Check(await upstream.JsonAsync(Call(request), clock), request.Call.Provider.ApiKey);
        return OllamaReply.IsDone(reply)
            ? OllamaReply.Whole(reply, request.Call.Model)
            : throw new ProviderException(ProviderFailure.CutStream, "The model's reply is not marked as done.");
    }

    public async IAsyncEnumerable<ModelChunk> StreamAsync(UpstreamRequest request, CallClock clock)
    {
        var toolCalls = 0;
        await foreach (var line in upstream.LinesAsync(Call(request), clock))
        {
            var reply = OllamaReply.Parse(line, request.Call.Provider.ApiKey);
            yield return OllamaReply.Chunk(reply, ref toolCalls);
            if (OllamaReply.IsDone(reply))
            {
                yield break;
            }
        }

        throw new ProviderException(ProviderFailure.CutStream, "The model's stream ended without saying that it was done.");
    }

    public UpstreamRequest PrepareEmbedding(ProviderCall call) => throw ApiError.BadInput("model", "Embeddings from Ollama are not built yet.");

    public Task<EmbeddingReply> EmbedAsync(UpstreamRequest request, CallClock clock) => throw new NotSupportedException();

    public Task<IReadOnlyList<ModelListing>> ListModelsAsync(ProviderConfig provider, CallClock clock) => throw new NotSupportedException();

    private static UpstreamCall Call(UpstreamRequest request)
    {
        var key = request.Call.Provider.ApiKey;
        return new(Vendor, request.Url, request.Body, key,
            (status, json, text) => (UpstreamRefusal.ByStatus(status), (json?["error"] as JsonValue)?.ToString() ?? text),
            key is null ? [] : [("Authorization", $"Bearer {key}")]);
    }
}
