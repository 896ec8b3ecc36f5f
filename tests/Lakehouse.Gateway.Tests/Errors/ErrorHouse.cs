using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Gateway.Tests.Knowledge.Truth;
using Lakehouse.Gateway.Tests.Tools;
using Lakehouse.Gateway.Tools;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Lakehouse.Gateway.Tests.Errors;

/// <summary>A gateway where everything can go wrong: the model's name says how its vendor behaves, and both stores can be taken away.</summary>
internal sealed class ErrorHouse : IAsyncDisposable
{
    private const string Providers = """
        [ollama]
        kind = "ollama"
        base_url = "{0}"
        paid = false
        [ollama_cloud]
        kind = "ollama"
        base_url = "{0}"
        paid = true
        [[ollama_cloud.models]]
        name = "dear"
        input_nano_usd_per_token = 50
        output_nano_usd_per_token = 200
        source_url = "https://example.com/prices"
        as_of = "2026-01-01"
        [filtered]
        kind = "openai"
        base_url = "{0}"
        paid = false
        [dead]
        kind = "ollama"
        base_url = "{1}"
        paid = false
        [full]
        kind = "ollama"
        base_url = "{2}"
        paid = false
        [keyless]
        kind = "ollama"
        base_url = "{0}"
        paid = true
        api_key_env = "LAKEHOUSE_TESTS_NOBODY_SETS_THIS"

        """;

    // seconds enough for a slow machine's ordinary replies
    private const string Routing = """
        [limits]
        retries_per_candidate = 0
        [breaker]
        failures = 2
        [timeouts]
        connect_seconds = 2
        first_byte_seconds = 4
        idle_seconds = 4
        [[rule]]
        name = "capped"
        model = "capped"
        chain = ["ollama_cloud/dear"]
        max_cost_nano_usd = 1

        """;

    private readonly StubServer _model;
    private readonly GatewayApp _gateway;
    private readonly FullPort _full;

    private ErrorHouse(StubServer model, GatewayApp gateway, WebApplicationFactory<Program> app, FullPort full, TruthFiles truth, PostgresRelay wire, string database)
    {
        (_model, _gateway, _full, Truth, Wire, Database) = (model, gateway, full, truth, wire, database);
        (Bot, Operator, Lab, Local) = (app.As(GatewayApp.BotKey), app.As(KeyCalls.OperatorKey), app.As(GatewayApp.LabKey), app.As(null));
    }

    /// <summary>Capped, but far.</summary>
    public HttpClient Bot { get; }

    public HttpClient Operator { get; }

    /// <summary>May not make any call today.</summary>
    public HttpClient Lab { get; }

    public HttpClient Local { get; }

    public TestRedis Redis => _gateway.Redis;

    public TruthFiles Truth { get; }

    public PostgresRelay Wire { get; }

    /// <summary>Past the wire.</summary>
    public string Database { get; }

    public static async Task<ErrorHouse> StartAsync(TestPostgres postgres)
    {
        var model = await StubServer.StartAsync((context, body) => PlayAsync(context, JsonNode.Parse(body)!), TestContext.Current.CancellationToken);
        var full = await FullPort.StartAsync();
        var truth = new TruthFiles(("staffing.toml", File.ReadAllText(Path.Combine(TruthFiles.Shipped, "staffing.toml"))));
        var database = await postgres.CreateGatewayDatabaseAsync(TestContext.Current.CancellationToken);
        var wire = new PostgresRelay(database);
        wire.Mend();
        var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: KeyCalls.Settings(
            ("ConnectionStrings:lakehouse", wire.ConnectionString),
            ("Providers:File", TestConfig.Providers(Providers.Replace("{0}", model.Url, StringComparison.Ordinal).Replace("{1}", $"http://127.0.0.1:{FreePort.Next()}", StringComparison.Ordinal).Replace("{2}", full.Url, StringComparison.Ordinal))),
            ("Routing:File", TestConfig.Routing(Routing)),
            ("Truth:Folder", truth.Path), ("Memory:MaxPerScope", "1"),
            ("Budgets:Consumers:bot:Calls", "1000"), ("Budgets:Consumers:bot:Tokens", "100000000"), ("Budgets:Consumers:bot:NanoUsd", "1000000000000"),
            ("Budgets:Consumers:lab:Calls", "0")));
        var app = gateway.With(
            TestTool.Echo("wipe", ToolPermission.Admin),
            new TestTool("broken", (_, _) => throw new InvalidOperationException("on purpose")),
            new TestTool("slow", async (_, cancelled) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
                return new JsonObject();
            }, timeout: TimeSpan.FromSeconds(1)));
        return new(model, gateway, app, full, truth, wire, database);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in new[] { Bot, Operator, Lab, Local })
        {
            client.Dispose();
        }

        await _gateway.DisposeAsync();
        await Wire.DisposeAsync();
        await _model.DisposeAsync();
        _full.Dispose();
        Truth.Dispose();
    }

    private static async Task PlayAsync(HttpContext context, JsonNode request)
    {
        if (context.Request.Path == "/chat/completions")
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("""{"error":{"message":"The prompt was filtered.","type":"invalid_request_error","param":null,"code":"content_filter"}}""", context.RequestAborted);
            return;
        }

        var model = request["model"]!.ToString();
        switch (model)
        {
            case "garbage":
                await context.Response.WriteAsync("<html>", context.RequestAborted);
                break;
            case "cut":
                await context.Response.WriteAsync("""{"message":{"role":"assistant","content":"half"},"done":false}""", context.RequestAborted);
                break;
            case "silent":
                await OllamaStub.HangAsync(context);
                break;
            case "slow":
                await OllamaStub.LinesAsync(context, OllamaStub.Piece("Hel"));
                await OllamaStub.HangAsync(context);
                break;
            case "inventive" when request["messages"]!.AsArray().Count == 1:
                await OllamaStub.LinesAsync(context, """{"model":"inventive","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"invented","arguments":{}}}]},"done":true,"done_reason":"stop","prompt_eval_count":11,"eval_count":7}""");
                break;
            case var status when status.StartsWith("status-", StringComparison.Ordinal):
                context.Response.StatusCode = int.Parse(status.AsSpan(7, 3), System.Globalization.CultureInfo.InvariantCulture);
                await context.Response.WriteAsync("""{"error":"on purpose"}""", context.RequestAborted);
                break;
            default:
                await OllamaStub.HelloAsync(context, request);
                break;
        }
    }
}
