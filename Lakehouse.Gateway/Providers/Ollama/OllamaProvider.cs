using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
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
        var call = Call(request.Call.Provider, request.Url, request.Body);
        var reply = OllamaReply.Check(await upstream.JsonAsync(call, clock), call);
        return OllamaReply.IsDone(reply)
            ? OllamaReply.Whole(reply, request.Call.Model)
            : throw new ProviderException(ProviderFailure.CutStream, "The model's reply is not marked as done.");
    }

    public IAsyncEnumerable<ModelChunk> StreamAsync(UpstreamRequest request, CallClock clock)
    {
        var call = Call(request.Call.Provider, request.Url, request.Body);
        return upstream.LinesAsync(call, clock, new OllamaStream(call));
    }

    public UpstreamRequest PrepareEmbedding(ProviderCall call) => new(call, call.Provider.Url("/api/embed"), OllamaEmbedding.Build(call));

    public async Task<EmbeddingReply> EmbedAsync(UpstreamRequest request, CallClock clock)
    {
        var call = Call(request.Call.Provider, request.Url, request.Body);
        return OllamaEmbedding.Read(await upstream.BytesAsync(call, clock), request.Call, call);
    }

    public async Task<IReadOnlyList<ModelListing>> ListModelsAsync(ProviderConfig provider, CallClock clock)
    {
        var call = Call(provider, provider.Url("/api/tags"), default);
        var reply = OllamaReply.Check(await upstream.JsonAsync(call, clock), call);
        var models = reply["models"] as JsonArray ?? throw new ProviderException(ProviderFailure.Protocol, "The list of models has no models.");
        return [.. models.OfType<JsonObject>().Where(model => model.Text("name") is not null).Select(Listing)];
    }

    private static ModelListing Listing(JsonObject model) => new(
        model.Text("name")!, DateTimeOffset.TryParse(model.Text("modified_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var modified) ? modified : null);

    private static UpstreamCall Call(ProviderConfig provider, Uri url, ReadOnlyMemory<byte> body) => new(Vendor, url, body, provider.ApiKey, OllamaError.Refusal,
        provider.ApiKey is null ? [] : [("Authorization", $"Bearer {provider.ApiKey}")]);
}
