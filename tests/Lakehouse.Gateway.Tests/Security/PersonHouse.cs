using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Gateway.Tests.Knowledge.Memory;
using Lakehouse.Gateway.Tests.Staffing;
using Lakehouse.Gateway.Tests.Tools;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace Lakehouse.Gateway.Tests.Security;

/// <summary>A gateway that was asked about one worker in every way there is, and all that it wrote and sent on.</summary>
public sealed class PersonHouse(TestPostgres postgres) : IAsyncLifetime
{
    private const string About = $"{Planted.PersonName}, {Planted.PersonPhone}, {Planted.PersonMail}";
    private static readonly string Sms = new JsonObject { ["to"] = Planted.PersonPhone, ["body"] = $"{Planted.PersonName}: write to {Planted.PersonMail}." }.ToJsonString();

    private readonly CapturedLogs _logs = new();
    private readonly CapturedSpans _spans = new();
    private readonly CapturedMetrics _metrics = new();

    internal IEnumerable<string> Logs => _logs.Lines;

    internal IEnumerable<string> Spans => _spans.Texts;

    internal IEnumerable<string> Metrics => _metrics.Texts;

    /// <summary>By the call.</summary>
    internal List<(string Call, string Text)> Replies { get; } = [];

    /// <summary>What the embedding model was sent.</summary>
    internal IReadOnlyList<string> Embedded { get; private set; } = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using var model = await OllamaStub.StartAsync((context, body) => body["input"] is null
            ? OllamaStub.LinesAsync(context, OllamaStub.Whole(Sms))
            : OllamaStub.LinesAsync(context, new JsonObject { ["model"] = "vectors", ["embeddings"] = new JsonArray([.. Enumerable.Range(0, body["input"] is JsonArray list ? list.Count : 1).Select(_ => new JsonArray(1.0, 0.5))]), ["prompt_eval_count"] = 5 }.ToJsonString()));
        await using var house = await StaffingHouse.StartAsync(
            postgres, 60, ("Providers:ollama:base_url", model.Url), ("urls", "http://127.0.0.1:0"), ("Retrieval:EmbeddingModel", "ollama/vectors"), ("Retrieval:EmbedInterval", "00:00:00.100"),
            ("Logging:LogLevel:Default", "Trace"), ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"), ("Logging:Console:LogLevel:Default", "None"));
        await house.AskAsync<object>($"update staffing.workers set name = '{Planted.PersonName}', phone = '{Planted.PersonPhone}', email = '{Planted.PersonMail}', status = 'active', availability = 'available', reliability = 1 where worker_id = 'W-1'; select 1");
        await using var app = house.Gateway.WithWebHostBuilder(host => host.ConfigureServices(services => services
            .AddSingleton<ILoggerProvider>(_logs)
            .ConfigureOpenTelemetryTracerProvider(traces => traces.AddProcessor(_spans))));
        app.UseKestrel();
        using var bot = app.As(GatewayApp.BotKey);
        using var chief = app.As(KeyCalls.OperatorKey);

        await ToolsAsync(bot);
        await FilesAsync(chief);
        await PlaybooksAsync(bot);
        await ArtifactsAsync(bot);
        await MemoryAsync(bot, house);
        Embedded = [.. model.Requests.Where(request => request.PathAndQuery.Contains("embed", StringComparison.Ordinal)).Select(request => request.Body)];
    }

    public ValueTask DisposeAsync()
    {
        _metrics.Dispose();
        _spans.Dispose();
        _logs.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ToolsAsync(HttpClient bot)
    {
        foreach (var (tool, arguments) in new (string, JsonObject)[]
        {
            ("search_workers", new() { ["role"] = "Welder", ["city"] = "Toledo" }), ("get_worker", new() { ["worker_id"] = "W-1" }), ("get_worker", new() { ["worker_id"] = Planted.PersonName }), ("search_candidates", new() { ["city"] = Planted.PersonName }),
            ("sql", new() { ["sql"] = $"select * from workers where name = '{Planted.PersonName}' or phone = '{Planted.PersonPhone}' or email = '{Planted.PersonMail}'" }), ("sql", new() { ["sql"] = $"select '{About}'::int" }),
            ("sql", new() { ["sql"] = $"selec '{About}'" }), ("sql", new() { ["sql"] = $"delete from workers where name = '{About}'" }), ("sql", new() { ["sql"] = $"select '{About}', pg_read_file('{Planted.PersonMail}')" }),
            ("playbook_search", new() { ["query"] = About }), ("memory_search", new() { ["query"] = About }),
        })
        {
            await SendAsync(bot, HttpMethod.Post, $"/v1/tools/{tool}/call", new() { ["arguments"] = arguments.DeepClone() });
            await SendAsync(bot, HttpMethod.Post, "/mcp", new() { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = "tools/call", ["params"] = new JsonObject { ["name"] = tool, ["arguments"] = arguments } });
        }
    }

    private async Task FilesAsync(HttpClient chief)
    {
        foreach (var row in new[] { $"S-1,W-1,{Planted.PersonPhone},in,{Planted.PersonName} {Planted.PersonMail},2026-01-01T00:00:00Z", $"{Planted.PersonMail},{Planted.PersonName},{Planted.PersonPhone},in,x,{Planted.PersonName}" })
        {
            using var response = await chief.PutAsync("sms", $"sms_id,worker_id,phone,direction,body,sent_at\n{row}\n");
            Replies.Add(("PUT sms", await response.Content.ReadAsStringAsync(Cancelled)));
        }

        await SendAsync(chief, HttpMethod.Get, "/v1/staffing/datasets/workers.csv", null);
    }

    private async Task PlaybooksAsync(HttpClient bot)
    {
        await SendAsync(bot, HttpMethod.Post, "/v1/playbooks", new() { ["operation"] = "fill: Welder x1 in Toledo, OH", ["approach"] = $"Called {About}.", ["endorsed_names"] = new JsonArray(Planted.PersonName) });
        await SendAsync(bot, HttpMethod.Post, "/v1/playbooks", new() { ["operation"] = $"fill: {About}", ["endorsed_names"] = new JsonArray(Planted.PersonName) });
        await SendAsync(bot, HttpMethod.Post, "/v1/playbooks/boosts", new() { ["role"] = "Welder", ["city"] = "Toledo", ["state"] = "OH", ["query"] = About });
        await SendAsync(bot, HttpMethod.Get, $"/v1/playbooks?city={Uri.EscapeDataString(Planted.PersonName)}", null);
        await SendAsync(bot, HttpMethod.Get, $"/v1/context?task_class=staffing.fill&city=Toledo&state=OH&role=Welder&query={Uri.EscapeDataString(About)}", null);
    }

    private async Task ArtifactsAsync(HttpClient bot)
    {
        foreach (var (kind, artifact, context) in new[]
        {
            ("sms", Sms, "{}"), ("email", new JsonObject { ["to"] = Planted.PersonMail, ["body"] = $"{About} earns a salary of $52,000." }.ToJsonString(), "{}"),
            ("fill", new JsonObject { ["fills"] = new JsonArray(new JsonObject { ["worker_id"] = "W-2", ["name"] = Planted.PersonName }, new JsonObject { ["worker_id"] = Planted.PersonMail }) }.ToJsonString(), """{"target_count":1,"city":"Toledo","state":"OH","role":"Welder"}"""),
            ("playbook", new JsonObject { ["operation"] = About, ["endorsed_names"] = new JsonArray(Planted.PersonName, Planted.PersonName) }.ToJsonString(), "{}"), ("sms", Sms, new JsonObject { [Planted.PersonName] = Planted.PersonMail }.ToJsonString()),
        })
        {
            await SendAsync(bot, HttpMethod.Post, "/v1/validate", new() { ["kind"] = kind, ["artifact"] = JsonNode.Parse(artifact), ["context"] = JsonNode.Parse(context) });
        }

        await SendAsync(bot, HttpMethod.Post, "/v1/iterate", new() { ["kind"] = "sms", ["model"] = "scripted", ["prompt"] = $"Write to {About}." });
        await SendAsync(bot, HttpMethod.Post, "/v1/iterate", new() { ["kind"] = "playbook", ["model"] = "scripted", ["prompt"] = $"Write to {About}.", ["max_iterations"] = 2 });
        await SendAsync(bot, HttpMethod.Get, "/v1/iterations", null);
    }

    private async Task MemoryAsync(HttpClient bot, StaffingHouse house)
    {
        await SendAsync(bot, HttpMethod.Post, "/v1/memory", new() { ["kind"] = "semantic", ["key"] = "worker:w-1/shift", ["text"] = $"{About} prefers nights.", ["attributes"] = new JsonObject { ["name"] = Planted.PersonName } });
        // without a vector to compare it with, no question gets one
        await Eventually.TrueAsync(() => house.AskAsync<bool>("select count(*) = 1 from gateway.memories where embedding is not null"), Cancelled);
        await SendAsync(bot, HttpMethod.Get, $"/v1/memory/search?query={Uri.EscapeDataString($"Does {About} prefer nights?")}&client={Uri.EscapeDataString(Planted.PersonName)}", null);
        await SendAsync(bot, HttpMethod.Get, $"/v1/memory/search?query={Uri.EscapeDataString($"Does {About} prefer nights?")}", null);
        await SendAsync(bot, HttpMethod.Get, $"/v1/memory/search?query=nights&person={Uri.EscapeDataString(Planted.PersonMail)}", null);
        await SendAsync(bot, HttpMethod.Get, $"/v1/memory?key={Uri.EscapeDataString(Planted.PersonMail)}", null);
        await SendAsync(bot, HttpMethod.Get, "/v1/memory/audit", null);
    }

    private async Task SendAsync(HttpClient client, HttpMethod method, string path, JsonObject? body)
    {
        // a client's span without a parent is not recorded, and neither is what follows from it
        using var trace = new Activity("a caller") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        using var response = await client.SendAsync(request, Cancelled);
        Replies.Add(($"{(int)response.StatusCode} {method} {path}", await response.Content.ReadAsStringAsync(Cancelled)));
    }
}
