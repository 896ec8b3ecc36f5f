using System.Text.Json.Nodes;
using Lakehouse.Gateway.Staffing.Sql;
using Lakehouse.Gateway.Tools;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Lakehouse.Gateway.Tests.Tools;

/// <summary>A tool that does what a test says.</summary>
internal sealed class TestTool(string name, Func<JsonObject, CancellationToken, Task<JsonNode>> call, ToolPermission permission = ToolPermission.Read, TimeSpan? timeout = null) : ITool
{
    public string Name => name;

    public string Description => "For tests.";

    public string Category => "test";

    public ToolPermission Permission => permission;

    public TimeSpan Timeout => timeout ?? TimeSpan.FromSeconds(30);

    public JsonObject Parameters { get; } = JsonNode.Parse("""
        {
          "type": "object",
          "properties": {
            "text": { "type": "string", "maxLength": 50000 },
            "api_key": { "type": "string" },
            "colour": { "type": "string", "enum": ["red", "green"] },
            "place": { "type": "object", "properties": { "floor": { "type": "integer", "minimum": 0, "maximum": 9 } }, "required": ["floor"], "additionalProperties": false },
            "tags": { "type": "array", "maxItems": 2, "items": { "type": "string", "pattern": "^[a-z]+$" } }
          },
          "additionalProperties": false
        }
        """)!.AsObject();

    public Task<JsonNode> CallAsync(JsonObject arguments, ToolContext context, CancellationToken cancellationToken) => call(arguments, cancellationToken);

    /// <summary>Says back what it was told.</summary>
    public static TestTool Echo(string name = "echo", ToolPermission permission = ToolPermission.Read) =>
        new(name, (arguments, _) => Task.FromResult(arguments.DeepClone()), permission);
}

internal static class TestTools
{
    public static WebApplicationFactory<Program> With(this GatewayApp gateway, params ITool[] tools) =>
        gateway.WithWebHostBuilder(builder => builder.ConfigureServices(services =>
        {
            // a stand-in for a tool that there is takes its place
            foreach (var real in services.Where(service => service.ImplementationType == typeof(SqlTool) && tools.Any(tool => tool.Name == "sql")).ToList())
            {
                services.Remove(real);
            }

            foreach (var tool in tools)
            {
                services.AddSingleton(tool);
            }
        }));

    public static HttpClient As(this WebApplicationFactory<Program> gateway, string? key)
    {
        var client = gateway.CreateClient();
        client.DefaultRequestHeaders.Authorization = key is null ? null : new("Bearer", key);
        return client;
    }

    public static Task<HttpResponseMessage> CallToolAsync(this HttpClient client, string tool, string arguments = "{}") =>
        client.PostAsync($"/v1/tools/{tool}/call", new StringContent($$"""{"arguments":{{arguments}}}"""), TestContext.Current.CancellationToken);

    public static async Task<JsonNode> ResultAsync(this HttpClient client, string tool, string arguments = "{}")
    {
        using var response = await client.CallToolAsync(tool, arguments);
        var answer = await response.JsonAsync();
        return answer["result"] ?? throw new InvalidOperationException(answer.ToJsonString());
    }

    public static async Task<IReadOnlyList<JsonObject>> AuditAsync(this HttpClient client, string query = "") =>
        [.. (await client.GetJsonAsync($"/v1/tools/audit{query}"))["data"]!.AsArray().Select(call => call!.AsObject())];
}
