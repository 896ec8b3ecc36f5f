using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Providers;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Clients;

/// <summary>One of four vendors, replaying its recordings; the model's name says which, and a turn with results of tools is answered with text.</summary>
internal sealed class VendorStub : IAsyncDisposable
{
    /// <summary>What a model that is to answer in JSON answers.</summary>
    public const string Structured = """{"answer":42}""";

    /// <summary>By vendor and model: the whole reply, and the streamed one.</summary>
    private static readonly Dictionary<(string Vendor, string Model), (string Whole, string Streamed)> Recordings = new()
    {
        [("openai", "text")] = ("whole.json", "stream.sse"),
        [("openai", "tool")] = ("tool.json", "tool.sse"),
        [("openai", "tools")] = ("tools.json", "tools.sse"),
        [("openai", "thinking")] = ("reasoning.json", "reasoning.sse"),
        [("openai", "cut")] = ("whole.json", "cut.sse"),
        [("ollama", "text")] = ("whole.json", "stream.ndjson"),
        [("ollama", "tool")] = ("tool.json", "tools.ndjson"),
        [("ollama", "tools")] = ("tools.json", "tools.ndjson"),
        [("ollama", "thinking")] = ("thinking.json", "thinking.ndjson"),
        [("ollama", "cut")] = ("whole.json", "cut.ndjson"),
        [("claude", "text")] = ("whole.json", "text.sse"),
        [("claude", "tool")] = ("tool_call.json", "parallel_tool_calls.sse"),
        [("claude", "tools")] = ("parallel_tool_calls.json", "parallel_tool_calls.sse"),
        [("claude", "thinking")] = ("thinking.json", "thinking.sse"),
        [("claude", "cut")] = ("whole.json", "cut.sse"),
        [("gemini", "text")] = ("whole.json", "stream.sse"),
        [("gemini", "tool")] = ("tool-call.json", "stream-tool-calls.sse"),
        [("gemini", "tools")] = ("tool-calls-parallel.json", "stream-tool-calls.sse"),
        [("gemini", "thinking")] = ("thinking.json", "stream-thinking.sse"),
        [("gemini", "cut")] = ("whole.json", "stream-cut.sse"),
    };

    private readonly string _vendor;
    private readonly ConcurrentDictionary<string, int> _times = new();
    private StubServer _server = null!;

    private VendorStub(string vendor) => _vendor = vendor;

    public string Url => _server.Url;

    public static async Task<VendorStub> StartAsync(string vendor)
    {
        var stub = new VendorStub(vendor);
        stub._server = await StubServer.StartAsync(stub.AnswerAsync, TestContext.Current.CancellationToken);
        return stub;
    }

    /// <summary>The bodies of the requests that reached the vendor for a model, in order.</summary>
    public IReadOnlyList<string> Asked(string model) => [.. _server.Requests.Where(request => ModelOf(request.PathAndQuery, request.Body) == model).Select(request => request.Body)];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task AnswerAsync(HttpContext context, string body)
    {
        var path = context.Request.Path.ToString();
        if (context.Request.Method == HttpMethods.Get)
        {
            return Replay.Answer($"{_vendor}/{Listing(context)}")(context);
        }

        if (path.Contains("embed", StringComparison.OrdinalIgnoreCase))
        {
            return Replay.Answer($"{_vendor}/{(_vendor == "ollama" ? "embed.json" : "embeddings.json")}")(context);
        }

        var streams = path.Contains(":stream", StringComparison.Ordinal) || JsonNode.Parse(body)!["stream"]?.GetValue<bool>() == true;
        var model = ModelOf(path, body);
        return model switch
        {
            "missing" => Error(404)(context),
            "refused" => Error(400)(context),
            "down" => Error(500)(context),
            "flaky" when IsFirst(model) => Error(500)(context),
            "busy" when IsFirst(model) => Replay.Answer(ErrorFile(429), 429, ("Retry-After", "1"))(context),
            "json" => Replay.AnswerText(InJson(), "reply.json")(context),
            _ => Replay.Answer(Recording(model, streams, HasResults(body)))(context),
        };
    }

    private bool IsFirst(string model) => _times.AddOrUpdate(model, 1, (_, times) => times + 1) == 1;

    private string Recording(string model, bool streams, bool hasResults)
    {
        var (whole, streamed) = hasResults ? Recordings[(_vendor, "text")] : Recordings.GetValueOrDefault((_vendor, model), Recordings[(_vendor, "text")]);
        return $"{_vendor}/{(streams ? streamed : whole)}";
    }

    // the vendors' ways to hand in what a tool returned
    private static bool HasResults(string body) =>
        body.Contains("\"role\":\"tool\"", StringComparison.Ordinal) || body.Contains("\"tool_result\"", StringComparison.Ordinal) || body.Contains("\"functionResponse\"", StringComparison.Ordinal);

    private string InJson()
    {
        var (file, text) = _vendor switch
        {
            "openai" => ("whole.json", "Hello! How can I assist you today?"),
            "ollama" => ("whole.json", "Hello! How are you today?"),
            "claude" => ("whole.json", "Grüße aus Zürich 😀"),
            _ => ("thinking.json", "Four."),
        };
        return Replay.Text($"{_vendor}/{file}").Replace(text, Structured.Replace("\"", "\\\"", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private string Listing(HttpContext context) => _vendor switch
    {
        "ollama" => "tags.json",
        "claude" => context.Request.Query.ContainsKey("after_id") ? "models_last.json" : "models_first.json",
        "gemini" => context.Request.Query.ContainsKey("pageToken") ? "models-2.json" : "models-1.json",
        _ => "models.json",
    };

    private Func<HttpContext, Task> Error(int status) => Replay.Answer(ErrorFile(status), status);

    private string ErrorFile(int status) => (_vendor, status) switch
    {
        ("claude", _) => $"claude/error_{status}.json",
        ("gemini", 400) => "gemini/400-invalid-argument.json",
        ("gemini", 429) => "gemini/429-minute.json",
        ("gemini", _) => $"gemini/{status}.json",
        _ => $"{_vendor}/error{status}.json",
    };

    // Gemini's is in the path: /models/NAME:generateContent
    private static string ModelOf(string path, string body) =>
        path.Contains("/models/", StringComparison.Ordinal) ? path.Split("/models/")[1].Split(':')[0] : body.Length > 0 ? JsonNode.Parse(body)!["model"]?.ToString() ?? "" : "";
}
