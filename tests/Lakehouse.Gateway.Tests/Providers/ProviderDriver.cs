using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Upstream;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Lakehouse.Gateway.Tests.Providers;

/// <summary>One adapter over real HTTP against a server that plays its vendor; no gateway and no database around it.</summary>
internal sealed class ProviderDriver : IAsyncDisposable
{
    public const string Key = "key-of-the-vendor-0123456789";

    private readonly StubServer _server;
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());

    private ProviderDriver(StubServer server, Func<UpstreamClient, IModelProvider> adapter, string path, params ModelConfig[] models)
    {
        _server = server;
        Adapter = adapter(new UpstreamClient(_http));
        Config = new("vendor", Adapter.Kind, new Uri(server.Url + path), Paid: true, Key, "VENDOR_KEY", models.ToFrozenDictionary(model => model.Name));
    }

    public IModelProvider Adapter { get; }

    public ProviderConfig Config { get; }

    /// <summary>The clock of every call: no limit strikes unless a test advances it.</summary>
    public FakeTimeProvider Time { get; } = new();

    public static CallTimeouts Timeouts { get; } = new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));

    /// <summary>The last request.</summary>
    public StubRequest Asked => _server.Requests.Last();

    public int Requests => _server.Requests.Count;

    /// <summary>The body of the last request.</summary>
    public JsonObject Sent => JsonNode.Parse(Asked.Body)!.AsObject();

    /// <param name="path">Of the provider's base address, such as <c>/v1</c>.</param>
    public static async Task<ProviderDriver> StartAsync(Func<UpstreamClient, IModelProvider> adapter, Func<HttpContext, Task> answer, string path = "", params ModelConfig[] models) =>
        new(await StubServer.StartAsync((context, _) => answer(context), TestContext.Current.CancellationToken), adapter, path, models);

    public static JsonObject Hello() => Json("""{"messages":[{"role":"user","content":"Say hello."}]}""");

    public static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    public ProviderCall Call(JsonObject? body = null, bool stream = false, JsonNode? think = null, NativeRequest? native = null, string model = "scripted", int maxTokens = 50) =>
        new(Config, model, body ?? Hello(), maxTokens, stream, think, native);

    public CallClock Clock() => new(Timeouts, Time, TestContext.Current.CancellationToken);

    public Task<ModelReply> ChatAsync(string body) => ChatAsync(Call(Json(body)));

    public async Task<ModelReply> ChatAsync(ProviderCall? call = null)
    {
        using var clock = Clock();
        return await Adapter.ChatAsync(Adapter.Prepare(call ?? Call()), clock);
    }

    public async Task<List<ModelChunk>> StreamAsync(ProviderCall? call = null)
    {
        using var clock = Clock();
        var chunks = new List<ModelChunk>();
        await foreach (var chunk in Adapter.StreamAsync(Adapter.Prepare(call ?? Call(stream: true)), clock))
        {
            chunks.Add(chunk);
        }

        return chunks;
    }

    public async Task<EmbeddingReply> EmbedAsync(string body)
    {
        using var clock = Clock();
        return await Adapter.EmbedAsync(Adapter.PrepareEmbedding(Call(Json(body))), clock);
    }

    public async Task<IReadOnlyList<ModelListing>> ListAsync()
    {
        using var clock = Clock();
        return await Adapter.ListModelsAsync(Config, clock);
    }

    /// <summary>Whether a call, asked whole or as a stream, fails, and how.</summary>
    public Task<ProviderException> FailsAsync(bool stream) =>
        stream ? Assert.ThrowsAsync<ProviderException>(() => StreamAsync()) : Assert.ThrowsAsync<ProviderException>(() => ChatAsync());

    /// <summary>Asks, waits until the vendor has the request, then lets the time to the first byte run out.</summary>
    public async Task<ProviderException> FirstByteTimesOutAsync(Task received, bool stream)
    {
        var failing = FailsAsync(stream);
        await received.WaitAsync(TestContext.Current.CancellationToken);
        Time.Advance(Timeouts.FirstByte);
        return await failing;
    }

    /// <summary>Reads the first chunk, then lets the time between bytes run out.</summary>
    public async Task<(ModelChunk First, ProviderException Problem)> IdleTimesOutAsync()
    {
        using var clock = Clock();
        await using var chunks = Adapter.StreamAsync(Adapter.Prepare(Call(stream: true)), clock).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await chunks.MoveNextAsync());
        var first = chunks.Current;
        var next = chunks.MoveNextAsync().AsTask();
        Time.Advance(Timeouts.Idle);
        return (first, await Assert.ThrowsAsync<ProviderException>(() => next));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }
}

internal static class Chunks
{
    /// <summary>The text of a stream: content, or another field of the deltas.</summary>
    public static string Text(this IEnumerable<ModelChunk> chunks, string field = "content") => string.Concat(chunks.Select(chunk => chunk.Delta?[field]?.ToString()));
}
