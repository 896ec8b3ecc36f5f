using System.Collections.Frozen;
using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Gemini;
using Lakehouse.Gateway.Providers.Upstream;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Providers.Gemini;

/// <summary>The adapter against a server that plays Gemini, with nothing of the gateway around it.</summary>
internal sealed class GeminiDriver : IAsyncDisposable
{
    public const string Key = "AIzaPlanted-Key_0123456789";
    public static readonly CallTimeouts Timeouts = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60));
    private readonly StubServer _server;
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());

    private GeminiDriver(StubServer server)
    {
        _server = server;
        Adapter = new GeminiProvider(new UpstreamClient(_http));
        Provider = ProviderAt(new Uri(server.Url + "/v1beta"));
    }

    public GeminiProvider Adapter { get; }

    public ProviderConfig Provider { get; }

    public IReadOnlyCollection<StubRequest> Requests => _server.Requests;

    public StubRequest Sent => _server.Requests.Single();

    public static async Task<GeminiDriver> StartAsync(Func<HttpContext, Task> answer) =>
        new(await StubServer.StartAsync((context, _) => answer(context), TestContext.Current.CancellationToken));

    /// <summary>Answers with a file of <c>Stubs/gemini</c>.</summary>
    public static Task<GeminiDriver> ReplayAsync(string stub, int status = 200, params (string Name, string Value)[] headers) => StartAsync(context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = stub.EndsWith(".sse", StringComparison.Ordinal) ? "text/event-stream" : "application/json; charset=UTF-8";
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        return context.Response.SendFileAsync(PathOf(stub), context.RequestAborted);
    });

    public static string PathOf(string stub) => Path.Combine(Built.Checkout, "tests", "Lakehouse.Gateway.Tests", "Stubs", "gemini", stub);

    /// <summary>What would be sent, without a server.</summary>
    public static JsonNode Body(string request, string model = "gemini-2.5-flash", JsonNode? think = null) =>
        JsonNode.Parse(Prepare(request, model, think).Body)!;

    public static UpstreamRequest Prepare(string request, string model = "gemini-2.5-flash", JsonNode? think = null, bool stream = false) =>
        new GeminiProvider(null!).Prepare(new(ProviderAt(new Uri("https://generativelanguage.googleapis.com/v1beta")), model, JsonNode.Parse(request)!.AsObject(), 100, stream, think));

    public static CallClock Clock(TimeProvider? time = null) => new(Timeouts, time ?? TimeProvider.System, TestContext.Current.CancellationToken);

    public ProviderCall Call(bool stream = false, string model = "gemini-2.5-flash", string request = """{"messages":[{"role":"user","content":"Hi"}]}""") =>
        new(Provider, model, JsonNode.Parse(request)!.AsObject(), 100, stream);

    public async Task<ModelReply> ChatAsync(TimeProvider? time = null)
    {
        using var clock = Clock(time);
        return await Adapter.ChatAsync(Adapter.Prepare(Call()), clock);
    }

    /// <param name="seen">Gets the chunks, those before a failure too.</param>
    public async Task<List<ModelChunk>> StreamAsync(List<ModelChunk>? seen = null, Action<ModelChunk>? onChunk = null, TimeProvider? time = null)
    {
        var chunks = seen ?? [];
        using var clock = Clock(time);
        await foreach (var chunk in Adapter.StreamAsync(Adapter.Prepare(Call(stream: true)), clock))
        {
            chunks.Add(chunk);
            onChunk?.Invoke(chunk);
        }

        return chunks;
    }

    public static string Join(IEnumerable<ModelChunk> chunks, string field) =>
        chunks.Aggregate(new StringBuilder(), (text, chunk) => text.Append(chunk.Delta?[field]?.ToString())).ToString();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    private static ProviderConfig ProviderAt(Uri url) => new("gemini", "gemini", url, Paid: true, Key, "GEMINI_API_KEY", FrozenDictionary<string, ModelConfig>.Empty);
}
