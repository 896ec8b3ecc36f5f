using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Gateway.Tests.Tools;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace Lakehouse.Gateway.Tests.Security;

/// <summary>A gateway that was called in every way with everything planted, and all that it wrote anywhere.</summary>
public sealed class PlantedHouse(TestPostgres postgres) : IAsyncLifetime
{
    private readonly CapturedLogs _logs = new();
    private readonly CapturedSpans _spans = new();
    private readonly CapturedMetrics _metrics = new();
    private readonly ConcurrentQueue<(string Call, string Text)> _replies = [];
    private readonly List<Secret> _keys = [.. Planted.Keys];

    internal IReadOnlyList<Secret> Keys => _keys;

    internal IEnumerable<string> Logs => _logs.Lines;

    internal IEnumerable<string> Spans => _spans.Texts;

    internal IEnumerable<string> Metrics => _metrics.Texts;

    /// <summary>Status, headers and body, by the call.</summary>
    internal IEnumerable<(string Call, string Text)> Replies => _replies;

    internal IReadOnlyDictionary<string, string> Tables { get; private set; } = new Dictionary<string, string>();

    /// <summary>While usage records were waiting in it, and after.</summary>
    internal IReadOnlyList<string> Redis { get; private set; } = [];

    internal IReadOnlyCollection<StubRequest> Asked { get; private set; } = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using var vendor = await EchoVendor.StartAsync();
        await using var raw = new RawVendor();
        await using var gateway = await GatewayApp.StartAsync(postgres, vendor.Url, settings: Settings(vendor.Url, raw.Url));
        await using var app = Watched(gateway.With(TestTool.Echo()));
        using var caller = new Caller(app.CreateClient(), _replies);

        var (created, first, rotated) = await KeysAsync(caller);
        var sent = await ModelsAsync(caller, [Planted.BotKey, rotated]);
        await ToolsAsync(caller, rotated);
        await RefusedAsync(caller, rotated);
        await caller.DeleteAsync(Planted.OperatorKey, $"/v1/keys/{created}");
        await caller.GetAsync(rotated, "/v1/usage");
        await caller.GetAsync(first, "/v1/usage");
        await MalformedAsync(caller.Address, _replies);

        var during = await Stores.RedisAsync(gateway.Counters);
        Tables = await Eventually.GetAsync(() => Stores.TablesAsync(gateway.Database), tables => tables.GetValueOrDefault("gateway.usage", "").Split('\n').Length >= sent, Cancelled);
        Redis = [during, await Stores.RedisAsync(gateway.Counters)];
        await ReadingsAsync(caller);
        await AwayAsync();
        Asked = [.. vendor.Requests];
    }

    public ValueTask DisposeAsync()
    {
        _metrics.Dispose();
        _spans.Dispose();
        _logs.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Dictionary<string, string?> Settings(string vendor, string raw)
    {
        // each vendor as it should be, unreachable, without TLS where it is expected, and breaking HTTP
        (string Prefix, string Url)[] places = [("", vendor), ("down_", "http://127.0.0.1:1"), ("tls_", raw.Replace("http:", "https:", StringComparison.Ordinal)), ("raw_", raw)];
        var providers = string.Concat(places.SelectMany(place => Planted.Vendors.Keys.Select(kind =>
            $"[{place.Prefix}{kind}]\nkind = \"{kind}\"\nbase_url = \"{place.Url}/{kind}\"\npaid = false\n")));
        var settings = new Dictionary<string, string?>
        {
            ["Keys:bot"] = Planted.BotKey, ["Keys:lab"] = Planted.LabKey, ["Keys:operator"] = Planted.OperatorKey,
            ["Providers:File"] = TestConfig.Providers(providers), ["Routing:File"] = TestConfig.Routing("[limits]\nretries_per_candidate = 0\n[breaker]\nfailures = 1000\n"),
            ["Providers:ollama:base_url"] = null, ["Providers:ollama_cloud:base_url"] = null, ["urls"] = "http://127.0.0.1:0",
            ["Logging:LogLevel:Default"] = "Trace", ["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace", ["Logging:Console:LogLevel:Default"] = "None",
            ["Budgets:Consumers:bot:Calls"] = "1000", ["Budgets:Consumers:bot:Tokens"] = "100000000", ["Budgets:Default:Calls"] = "1000", ["Budgets:Default:Tokens"] = "100000000",
        };
        foreach (var (place, (kind, key)) in places.SelectMany(place => Planted.Vendors.Select(one => (place.Prefix, one))))
        {
            settings[$"Providers:{place}{kind}:api_key"] = key;
        }

        return settings;
    }

    private WebApplicationFactory<Program> Watched(WebApplicationFactory<Program> gateway)
    {
        var app = gateway.WithWebHostBuilder(host => host.ConfigureServices(services => services
            .AddSingleton<ILoggerProvider>(_logs)
            .ConfigureOpenTelemetryTracerProvider(traces => traces.AddProcessor(_spans))));
        app.UseKestrel();
        return app;
    }

    private async Task<(string Id, string First, string Rotated)> KeysAsync(Caller caller)
    {
        var made = await caller.MadeAsync("/v1/keys", KeyCalls.New());
        var (id, first) = (made["id"]!.ToString(), made["key"]!.ToString());
        var rotated = (await caller.MadeAsync($"/v1/keys/{id}/rotate", []))["key"]!.ToString();
        _keys.AddRange([Planted.Virtual("the first virtual key", first), Planted.Virtual("the rotated virtual key", rotated)]);
        return (id, first, rotated);
    }

    /// <returns>How many calls went as far as an attempt.</returns>
    private static async Task<int> ModelsAsync(Caller caller, string[] keys)
    {
        var models = Planted.Vendors.Keys.SelectMany(name => EchoVendor.Ways.Select(way => $"{name}/{way}").Concat([$"down_{name}/x", $"tls_{name}/x", $"raw_{name}/x"])).ToList();
        var asks = models.SelectMany(model => new[] { (model, "/v1/chat", false), (model, "/v1/chat", true), (model, "/v1/messages", true) }).ToList();
        foreach (var (index, (model, path, stream)) in asks.Index())
        {
            await caller.PostAsync(keys[index % keys.Length], path, Ask(model, Planted.Prompt, stream));
        }

        string[] embedding = ["ollama", "openai", "openrouter", "gemini"];
        foreach (var name in embedding)
        {
            await caller.PostAsync(Planted.BotKey, "/v1/embeddings", new() { ["model"] = $"{name}/refused", ["input"] = Planted.Prompt });
        }

        return asks.Count + embedding.Length;
    }

    private static async Task ToolsAsync(Caller caller, string key)
    {
        JsonObject Arguments() => new() { ["api_key"] = Planted.TokenOfTool, ["text"] = $"{Planted.ToolWords} Bearer {Planted.TokenOfTool} and {key}" };
        await caller.PostAsync(Planted.BotKey, "/v1/tools/echo/call", new() { ["arguments"] = Arguments() }, " (says back)");
        await caller.PostAsync(Planted.BotKey, "/mcp", Mcp("echo", Arguments()), " (says back)");
        await caller.PostAsync(Planted.BotKey, "/mcp", Mcp("nothing", Arguments()));
        await caller.PostAsync(Planted.BotKey, "/v1/tools/nothing/call", new() { ["arguments"] = Arguments() });
        var session = JsonNode.Parse(await caller.PostAsync(Planted.BotKey, "/v1/sessions", []))!["id"]!.ToString();
        var turn = Ask("ollama/fine", Planted.Turn, false);
        turn["session_id"] = session;
        await caller.PostAsync(Planted.BotKey, "/v1/chat", turn);
        turn["stream"] = true;
        turn["tools"] = new JsonArray("lakehouse:*");
        await caller.PostAsync(Planted.BotKey, "/v1/chat", turn);
    }

    private static JsonObject Mcp(string tool, JsonObject arguments) => new()
    {
        ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = "tools/call", ["params"] = new JsonObject { ["name"] = tool, ["arguments"] = arguments },
    };

    private static async Task RefusedAsync(Caller caller, string key)
    {
        foreach (var unknown in new[] { Planted.UnknownKey, Planted.UnknownVirtualKey, key + "x", key[..^1] })
        {
            await caller.GetAsync(unknown, "/v1/usage");
            await caller.PostAsync(unknown, "/v1/messages", Ask("ollama/fine", Planted.Prompt, false));
        }

        // what a caller wrote into the wrong field is said back to it, and kept nowhere
        foreach (var (field, value) in new (string, JsonNode)[] { ("max_tokens", Planted.Prompt), ("messages", Planted.Prompt), ("messages", new JsonArray(new JsonObject { ["role"] = "user", ["content"] = new JsonArray(new JsonObject { ["type"] = "odd", ["odd"] = Planted.Prompt }) })) })
        {
            foreach (var model in Planted.Vendors.Keys)
            {
                var body = Ask($"{model}/fine", "Hello", false);
                body[field] = value.DeepClone();
                await caller.PostAsync(Planted.BotKey, "/v1/chat", body, " (says back)");
            }
        }

        var dry = Ask("openai/fine", Planted.Prompt, false);
        dry["dry_run"] = true;
        await caller.PostAsync(Planted.BotKey, "/v1/chat", dry);
        await caller.PostAsync(Planted.BotKey, "/v1/chat", Ask("nobody/fine", Planted.Prompt, false));
        await caller.PostAsync(Planted.BotKey, "/v1/messages/count_tokens", Ask("claude/fine", Planted.Prompt, false));
        await caller.PostAsync(Planted.BotKey, "/v1/context", new() { ["query"] = Planted.Prompt });
    }

    // HttpClient would not send it
    private static async Task MalformedAsync(Uri address, ConcurrentQueue<(string, string)> replies)
    {
        foreach (var header in new[] { $"Authorization: Bearer {Planted.MalformedKey}\u0001", $"Authorization Bearer {Planted.MalformedKey}", $"x-api-key: {Planted.MalformedKey} two words", $"Authorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes(Planted.MalformedKey))}" })
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(address.Host, address.Port, Cancelled);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /v1/usage HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}\r\n\r\n"), Cancelled);
            using var reader = new StreamReader(socket.GetStream());
            replies.Enqueue(("malformed header", await reader.ReadToEndAsync(Cancelled)));
        }
    }

    private static async Task ReadingsAsync(Caller caller)
    {
        string[] paths = ["/", "/v1/config", "/v1/models", "/v1/keys", "/v1/usage?group_by=consumer,model", "/v1/usage?format=csv&group_by=model", "/v1/tools/audit", "/v1/budgets", "/health", "/alive", "/openapi/v1.json"];
        foreach (var path in paths)
        {
            await caller.GetAsync(Planted.OperatorKey, path, path == "/v1/tools/audit" ? " (says back)" : "");
        }

        // they show a row of the ledger, which is looked at as a whole: some of every kind are enough
        foreach (var id in caller.RequestIds.Where((_, index) => index % 7 == 0))
        {
            await caller.GetAsync(Planted.OperatorKey, $"/v1/requests/{id}");
        }
    }

    /// <summary>Neither store answers, and both addresses have passwords.</summary>
    private async Task AwayAsync()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new()
        {
            ["ConnectionStrings:lakehouse"] = $"Host=127.0.0.1;Port={FreePort.Next()};Username=lakehouse;Database=lakehouse;Password={Planted.DatabasePassword}",
            ["ConnectionStrings:redis"] = $"127.0.0.1:{FreePort.Next()},abortConnect=false,password={Planted.RedisPassword}",
            ["Keys:bot"] = Planted.BotKey, ["Logging:LogLevel:Default"] = "Trace", ["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace", ["Logging:Console:LogLevel:Default"] = "None", ["urls"] = "http://127.0.0.1:0", ["Budgets:StoreTimeout"] = "00:00:00.5",
        });
        await using var app = Watched(gateway);
        using var caller = new Caller(app.CreateClient(), _replies);
        foreach (var path in new[] { "/", "/health", "/v1/usage", "/v1/budgets", "/v1/config", "/v1/keys", "/v1/tools/audit", "/v1/requests/req_0" })
        {
            await caller.GetAsync(Planted.BotKey, path);
        }

        await caller.PostAsync(Planted.BotKey, "/v1/chat", Ask("ollama/fine", Planted.Prompt, false));
        await caller.PostAsync(Planted.BotKey, "/v1/sessions", []);
        await caller.PostAsync(Planted.UnknownVirtualKey, "/v1/chat", Ask("ollama/fine", Planted.Prompt, false));
    }

    private static JsonObject Ask(string model, string prompt, bool stream) => new()
    {
        ["model"] = model, ["stream"] = stream, ["max_tokens"] = 50, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }),
    };

    /// <summary>Sends, and keeps whatever comes back.</summary>
    private sealed class Caller(HttpClient http, ConcurrentQueue<(string, string)> replies) : IDisposable
    {
        public Uri Address => http.BaseAddress!;

        public List<string> RequestIds { get; } = [];

        public Task<string> GetAsync(string key, string path, string note = "") => SendAsync(key, HttpMethod.Get, path, null, note);

        public Task<string> PostAsync(string key, string path, JsonObject body, string note = "") => SendAsync(key, HttpMethod.Post, path, body, note);

        public Task<string> DeleteAsync(string key, string path) => SendAsync(key, HttpMethod.Delete, path, null, "");

        /// <summary>A key, which this answer alone may show.</summary>
        public async Task<JsonNode> MadeAsync(string path, JsonObject body)
        {
            using var response = await http.SendAsync(HttpMethod.Post, path, body, Planted.OperatorKey);
            return await response.JsonAsync();
        }

        public void Dispose() => http.Dispose();

        private async Task<string> SendAsync(string key, HttpMethod method, string path, JsonObject? body, string note)
        {
            // a client's span without a parent is not recorded, and neither is what follows from it
            using var trace = new Activity("a caller") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
            request.Headers.Accept.ParseAdd("application/json, text/event-stream");
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
            var text = await TextAsync(response);
            replies.Enqueue(($"{method} {path} {body?["model"]}{note}", $"{(int)response.StatusCode} {response.ReasonPhrase} {response.Headers} {response.Content.Headers} {response.TrailingHeaders} {text}"));
            if (response.Headers.TryGetValues("x-lakehouse-attempts", out _))
            {
                RequestIds.AddRange(response.Headers.GetValues("x-lakehouse-request-id"));
            }

            return text;
        }

        // a stream that failed midway ends with a broken connection; what came before counts
        private static async Task<string> TextAsync(HttpResponseMessage response)
        {
            using var received = new MemoryStream();
            try
            {
                await response.Content.CopyToAsync(received, Cancelled);
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException)
            {
                received.Write(Encoding.UTF8.GetBytes($" broken: {broken.Message}"));
            }

            return Encoding.UTF8.GetString(received.ToArray());
        }
    }
}
