using System.Text.Json;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>Google's Gemini API: <c>POST /models/{model}:generateContent</c>, whole or as server-sent events.
/// Source: https://ai.google.dev/api/generate-content.</summary>
internal sealed class GeminiProvider(UpstreamClient upstream) : IModelProvider
{
    private const string Vendor = "Gemini";

    public string Kind => "gemini";

    public UpstreamRequest Prepare(ProviderCall call) => new(
        call, Url(call, call.Stream ? "streamGenerateContent?alt=sse" : "generateContent"), JsonSerializer.SerializeToUtf8Bytes(GeminiRequest.Build(call)));

    public async Task<ModelReply> ChatAsync(UpstreamRequest request, CallClock clock)
    {
        var key = request.Call.Provider.ApiKey;
        return GeminiReply.Whole(GeminiErrors.Check(await upstream.JsonAsync(Call(request), clock), key), request.Call.Model, key);
    }

    public IAsyncEnumerable<ModelChunk> StreamAsync(UpstreamRequest request, CallClock clock) =>
        upstream.EventsAsync(Call(request), clock, new GeminiStream(request.Call.Model, request.Call.Provider.ApiKey));

    public UpstreamRequest PrepareEmbedding(ProviderCall call) =>
        new(call, Url(call, "batchEmbedContents"), JsonSerializer.SerializeToUtf8Bytes(GeminiEmbeddings.Build(call)));

    public async Task<EmbeddingReply> EmbedAsync(UpstreamRequest request, CallClock clock) =>
        GeminiEmbeddings.Reply(GeminiErrors.Check(await upstream.JsonAsync(Call(request), clock), request.Call.Provider.ApiKey), request.Call);

    public async Task<IReadOnlyList<ModelListing>> ListModelsAsync(ProviderConfig provider, CallClock clock)
    {
        var (models, page, seen) = (new List<ModelListing>(), (string?)null, new HashSet<string>(StringComparer.Ordinal));
        do
        {
            var url = provider.Url("/models?pageSize=1000" + (page is null ? "" : "&pageToken=" + Uri.EscapeDataString(page)));
            var reply = GeminiErrors.Check(await upstream.JsonAsync(Call(provider, url, []), clock), provider.ApiKey);
            models.AddRange(GeminiModels.Listings(reply));
            page = reply.Text("nextPageToken") is { Length: > 0 } next ? next : null;
            if (page is not null && !seen.Add(page))
            {
                throw new ProviderException(ProviderFailure.Protocol, "Gemini's list of models has a page that names itself as the next one.");
            }
        }
        while (page is not null);

        return models;
    }

    private static Uri Url(ProviderCall call, string method) => call.Provider.Url($"/models/{Uri.EscapeDataString(GeminiModels.Name(call.Model))}:{method}");

    private static UpstreamCall Call(UpstreamRequest request) => Call(request.Call.Provider, request.Url, request.Body);

    // in the header and never in the query, which proxies and traces write down
    private static UpstreamCall Call(ProviderConfig provider, Uri url, byte[] body) =>
        new(Vendor, url, body, provider.ApiKey, GeminiErrors.Refusal, provider.ApiKey is { } key ? [("x-goog-api-key", key)] : []);
}
