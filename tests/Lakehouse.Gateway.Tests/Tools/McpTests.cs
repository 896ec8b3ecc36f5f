using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Security;
using Lakehouse.Gateway.Tools;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Lakehouse.Gateway.Tests.Tools;

/// <summary>The SDK's own client against a listening gateway.</summary>
public sealed class McpTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tools_are_listed_with_their_schemas_and_called()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: AnyPort());
        await using var app = Listening(gateway.With(TestTool.Echo(), TestTool.Echo("wipe", ToolPermission.Admin)));
        await using var client = await ConnectAsync(app, GatewayApp.BotKey);

        var tools = await client.ListToolsAsync(cancellationToken: Cancelled);
        var result = await client.CallToolAsync("echo", new Dictionary<string, object?> { ["text"] = "hi" }, cancellationToken: Cancelled);

        var names = tools.Select(tool => tool.Name).ToList();
        Assert.Superset(new HashSet<string> { "budget_status", "current_time", "echo", "list_models", "request_lookup", "search_workers", "session_search", "sql", "usage_report" }, names.ToHashSet());
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.DoesNotContain("wipe", names);
        var echo = tools.Single(tool => tool.Name == "echo");
        Assert.True(JsonNode.DeepEquals(TestTool.Echo().Parameters, JsonSerializer.SerializeToNode(echo.JsonSchema)));
        Assert.Equal(("For tests.", true), (echo.Description, echo.ProtocolTool.Annotations!.ReadOnlyHint));
        Assert.NotEqual(true, result.IsError);
        Assert.Equal("""{"text":"hi"}""", Text(result));
        Assert.Equal("hi", result.StructuredContent!.Value.GetProperty("text").GetString());
        using var bot = app.As(GatewayApp.BotKey);
        var audited = Assert.Single(await bot.AuditAsync());
        Assert.Equal(("bot", "echo", "ok"), (audited["consumer"]!.ToString(), audited["tool"]!.ToString(), audited["verdict"]!.ToString()));
    }

    [Fact]
    public async Task Invalid_denied_and_failed_calls_are_error_results_and_unknown_tools_a_protocol_error()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: AnyPort());
        await using var app = Listening(gateway.With(
            TestTool.Echo(), TestTool.Echo("wipe", ToolPermission.Admin), new TestTool("broken", (_, _) => throw new InvalidOperationException("hunter2"))));
        await using var client = await ConnectAsync(app, GatewayApp.BotKey);

        var invalid = await client.CallToolAsync("echo", new Dictionary<string, object?> { ["place"] = new { floor = 10 } }, cancellationToken: Cancelled);
        var denied = await client.CallToolAsync("wipe", cancellationToken: Cancelled);
        var broken = await client.CallToolAsync("broken", cancellationToken: Cancelled);
        var unknown = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.CallToolAsync("nothing", cancellationToken: Cancelled));

        Assert.Equal((true, "invalid_request: arguments.place.floor is 10; accepted is 0 to 9."), (invalid.IsError, Text(invalid)));
        Assert.Equal((true, "tool_denied: The key of bot may not call wipe, which needs the permission admin."), (denied.IsError, Text(denied)));
        Assert.True(broken.IsError);
        Assert.StartsWith("tool_failed: ", Text(broken), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", Text(broken), StringComparison.Ordinal);
        Assert.Equal(McpErrorCode.InvalidParams, unknown.ErrorCode);
        using var bot = app.As(GatewayApp.BotKey);
        Assert.Equal(["invalid nothing", "error broken", "denied wipe", "invalid echo"], (await bot.AuditAsync()).Select(call => $"{call["verdict"]} {call["tool"]}"));
    }

    [Fact]
    public async Task Name_that_no_tool_has_is_the_callers_mistake_and_no_error_in_the_log()
    {
        using var logs = new CapturedLogs();
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: AnyPort());
        await using var app = Listening(gateway.With(TestTool.Echo()).WithWebHostBuilder(host => host.ConfigureServices(services => services.AddSingleton<ILoggerProvider>(logs))));
        await using var client = await ConnectAsync(app, GatewayApp.BotKey);

        var unknown = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.CallToolAsync("nothing_of_that_name", new Dictionary<string, object?> { ["text"] = "hi" }, cancellationToken: Cancelled));
        // the connection goes on
        var known = await client.CallToolAsync("echo", new Dictionary<string, object?> { ["text"] = "hi" }, cancellationToken: Cancelled);

        Assert.Contains("There is no tool 'nothing_of_that_name'; there are ", unknown.Message, StringComparison.Ordinal);
        Assert.Equal((McpErrorCode.InvalidParams, """{"text":"hi"}"""), (unknown.ErrorCode, Text(known)));
        Assert.DoesNotContain(logs.Lines, line => line.Contains("nothing_of_that_name", StringComparison.Ordinal) && (line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Warning", StringComparison.Ordinal)));
        using var bot = app.As(GatewayApp.BotKey);
        var refused = (await bot.AuditAsync()).Single(call => call["tool"]!.ToString() == "nothing_of_that_name");
        Assert.Equal(("invalid", "tool_not_found", "hi"), (refused["verdict"]!.ToString(), refused["error"]!.ToString(), refused["parameters"]!["text"]!.ToString()));
    }

    [Fact]
    public async Task Admission_is_the_same_as_everywhere()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: AnyPort());
        await using var app = Listening(gateway.With());
        await using var production = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: AnyPort("Production"));
        await using var keyed = Listening(production.With());

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, null));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, null, ("Origin", "http://localhost:6274")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, "wrong-key"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, null, ("Origin", "https://evil.example")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, null, ("Host", "evil.example")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(keyed, null));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(keyed, GatewayApp.BotKey));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => ConnectAsync(keyed, null));
    }

    private static Dictionary<string, string?> AnyPort(string environment = "Development") => new() { ["urls"] = "http://127.0.0.1:0", ["environment"] = environment };

    private static WebApplicationFactory<Program> Listening(WebApplicationFactory<Program> app)
    {
        app.UseKestrel();
        return app;
    }

    private static Task<McpClient> ConnectAsync(WebApplicationFactory<Program> app, string? key)
    {
        var http = app.As(key);
        var transport = new HttpClientTransport(new() { Endpoint = new Uri(http.BaseAddress!, "/mcp"), TransportMode = HttpTransportMode.StreamableHttp }, http, ownsHttpClient: true);
        return McpClient.CreateAsync(transport, cancellationToken: Cancelled);
    }

    private static async Task<HttpStatusCode> StatusAsync(WebApplicationFactory<Program> app, string? key, params (string Name, string Value)[] headers)
    {
        using var http = app.As(key);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp")
        {
            Content = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
            Headers = { { "Accept", "application/json, text/event-stream" } },
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request, Cancelled);
        return response.StatusCode;
    }

    private static string Text(CallToolResult result) => ((TextContentBlock)Assert.Single(result.Content)).Text;
}
