using System.Collections.Frozen;
using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Claude;
using Lakehouse.Gateway.Providers.Upstream;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Providers.Claude;

/// <summary>The adapter against a stub that speaks Anthropic's wire format, and nothing else of the gateway.</summary>
internal sealed class ClaudeDriver : IAsyncDisposable
{
    public const string Key = "sk-ant-api03-planted0123456789";

    public static readonly CallTimeouts Timeouts = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());
    private readonly TimeProvider _time;

    private ClaudeDriver(StubServer server, TimeProvider time)
    {
        (Server, _time) = (server, time);
        Adapter = new ClaudeProvider(new UpstreamClient(_http));
        Config = new("claude", "claude", new Uri(server.Url), true, Key, "ANTHROPIC_API_KEY", FrozenDictionary<string, ModelConfig>.Empty);
    }

    public StubServer Server { get; }

    public ProviderConfig Config { get; }

    public IModelProvider Adapter { get; }

    public JsonNode Sent => JsonNode.Parse(Server.Requests.Last().Body)!;

    /// <param name="answer">A file under Stubs/claude.</param>
    public static Task<ClaudeDriver> StartAsync(string answer, int status = 200) =>
        StartAsync((context, _) => FileAsync(context, answer, status));

    public static async Task<ClaudeDriver> StartAsync(Func<HttpContext, string, Task> answer, TimeProvider? time = null) =>
        new(await StubServer.StartAsync(answer, TestContext.Current.CancellationToken), time ?? TimeProvider.System);

    public static string Fixture(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Stubs", "claude", name));

    public static async Task FileAsync(HttpContext context, string name, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = name.EndsWith(".sse", StringComparison.Ordinal) ? "text/event-stream; charset=utf-8" : "application/json";
        await context.Response.WriteAsync(Fixture(name), context.RequestAborted);
    }

    public static ProviderCall Call(ProviderConfig config, string body = """{"messages":[{"role":"user","content":"Hi"}]}""", string model = "claude-sonnet-4-5", int maxTokens = 32_000, bool stream = false, JsonNode? think = null, NativeRequest? native = null) =>
        new(config, model, JsonNode.Parse(body)!.AsObject(), maxTokens, stream, think, native);

    public Task<ModelReply> ChatAsync(ProviderCall call) => WithClockAsync(clock => Adapter.ChatAsync(Adapter.Prepare(call), clock));

    public Task<List<ModelChunk>> StreamAsync(ProviderCall call, Action<ModelChunk>? seen = null) => WithClockAsync(async clock =>
    {
        var chunks = new List<ModelChunk>();
        await foreach (var chunk in Adapter.StreamAsync(Adapter.Prepare(call), clock))
        {
            chunks.Add(chunk);
            seen?.Invoke(chunk);
        }

        return chunks;
    });

    public Task<IReadOnlyList<ModelListing>> ListAsync() => WithClockAsync(clock => Adapter.ListModelsAsync(Config, clock));

    /// <summary>What the adapter would send.</summary>
    public static JsonNode Prepared(ProviderCall call)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        return JsonNode.Parse(Encoding.UTF8.GetString(new ClaudeProvider(new UpstreamClient(http)).Prepare(call).Body))!;
    }

    public static ProviderConfig Anywhere { get; } = new("claude", "claude", new Uri("https://api.anthropic.com"), true, Key, null, FrozenDictionary<string, ModelConfig>.Empty);

    /// <summary>The deltas put together as OpenAI's clients do it.</summary>
    public static JsonObject Assembled(IEnumerable<ModelChunk> chunks)
    {
        var (content, reasoning, details, calls) = (new StringBuilder(), new StringBuilder(), new SortedDictionary<int, JsonObject>(), new SortedDictionary<int, JsonObject>());
        var message = new JsonObject { ["role"] = "assistant" };
        foreach (var delta in chunks.Select(chunk => chunk.Delta).OfType<JsonObject>())
        {
            content.Append(delta["content"]?.ToString());
            reasoning.Append(delta["reasoning_content"]?.ToString());
            Merge(details, delta["reasoning_details"], "text");
            Merge(calls, delta["tool_calls"], "arguments");
            if (delta["anthropic_content"] is { } native)
            {
                message["anthropic_content"] = native.DeepClone();
            }
        }

        message["content"] = content.Length > 0 || calls.Count == 0 ? content.ToString() : null;
        Set("reasoning_content", reasoning.Length > 0 ? reasoning.ToString() : null);
        Set("reasoning_details", details.Count > 0 ? new JsonArray([.. details.Values]) : null);
        Set("tool_calls", calls.Count > 0 ? new JsonArray([.. calls.Values.Select(call =>
        {
            call.Remove("index");
            return call;
        })]) : null);
        return message;

        void Set(string name, JsonNode? value)
        {
            if (value is not null)
            {
                message[name] = value;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }

    private static void Merge(SortedDictionary<int, JsonObject> known, JsonNode? fragments, string growing)
    {
        foreach (var fragment in (fragments as JsonArray ?? []).Select(fragment => fragment!.DeepClone().AsObject()))
        {
            var index = fragment["index"]!.GetValue<int>();
            if (!known.TryGetValue(index, out var whole))
            {
                known[index] = fragment;
                continue;
            }

            Grow(whole, fragment);
            if (whole["function"] is JsonObject function)
            {
                Grow(function, fragment["function"]!.AsObject());
            }
        }

        void Grow(JsonObject whole, JsonObject fragment)
        {
            foreach (var (name, value) in fragment.Where(field => field.Value is JsonValue))
            {
                whole[name] = name == growing ? whole[name]?.ToString() + value : value!.DeepClone();
            }
        }
    }

    private async Task<T> WithClockAsync<T>(Func<CallClock, Task<T>> run)
    {
        using var clock = new CallClock(Timeouts, _time, TestContext.Current.CancellationToken);
        return await run(clock);
    }
}
