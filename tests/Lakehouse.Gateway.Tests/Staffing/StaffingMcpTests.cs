using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Gateway.Tests.Tools;
using Lakehouse.Testing;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Lakehouse.Gateway.Tests.Staffing;

/// <summary>The staffing tools over MCP, with the SDK's own client, on data that is loaded.</summary>
public sealed class StaffingMcpTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_finds_workers_and_asks_sql_within_its_scopes_and_the_rules()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, 300, ("urls", "http://127.0.0.1:0"));
        await using var app = house.Gateway.With();
        app.UseKestrel();
        var scoped = KeyCalls.New();
        scoped["scopes"] = new JsonObject { ["tools"] = new JsonArray("search_workers", "sql") };
        var key = (await house.Operator.CreateAsync(scoped)).Text;
        var http = app.As(key);
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new() { Endpoint = new Uri(http.BaseAddress!, "/mcp"), TransportMode = HttpTransportMode.StreamableHttp }, http, ownsHttpClient: true), cancellationToken: Cancelled);

        var listed = await client.ListToolsAsync(cancellationToken: Cancelled);
        var (_, found) = await CallAsync("search_workers", new() { ["role"] = "Welder", ["city"] = "Toledo", ["state"] = "OH", ["availability"] = "any", ["count"] = 3 });
        var (_, counted) = await CallAsync("sql", new() { ["sql"] = "select count(*) as welders from workers where role = 'Welder' and city = 'Toledo'" });
        var (destroying, why) = await CallAsync("sql", new() { ["sql"] = "drop table workers" });
        var (elsewhere, place) = await CallAsync("sql", new() { ["sql"] = "select * from gateway.keys" });
        var (unscoped, scope) = await CallAsync("get_worker", new() { ["worker_id"] = "W-1" });

        Assert.Equal(["search_workers", "sql"], listed.Select(tool => tool.Name));
        var workers = JsonNode.Parse(found)!["workers"]!.AsArray();
        Assert.NotEmpty(workers);
        Assert.All(workers, worker => Assert.Equal(("Welder", "Toledo"), (worker!["role"]!.ToString(), worker["city"]!.ToString())));
        Assert.Equal(await house.AskAsync<long>("select count(*) from staffing.workers where role = 'Welder' and city = 'Toledo'"), JsonNode.Parse(counted)!["rows"]![0]![0]!.GetValue<long>());
        Assert.Equal((true, true, true), (destroying, elsewhere, unscoped));
        Assert.StartsWith("truth_blocked: The truth rule sql-tool-no-destructive-sql blocks this", why, StringComparison.Ordinal);
        Assert.StartsWith("sql_denied: Postgres refuses: permission denied for schema gateway.", place, StringComparison.Ordinal);
        Assert.Equal("tool_denied: The key of ci may not call get_worker, which needs the permission read.", scope);
        Assert.Equal(300, await house.AskAsync<long>("select count(*) from staffing.workers"));
        using var audit = house.Gateway.As(key);
        Assert.Equal(
            ["denied get_worker tool_denied", "denied sql sql_denied", "denied sql truth_blocked", "ok sql ", "ok search_workers "],
            (await audit.AuditAsync()).Select(call => $"{call["verdict"]} {call["tool"]} {call["error"]}"));

        async Task<(bool Failed, string Text)> CallAsync(string tool, Dictionary<string, object?> arguments)
        {
            var result = await client.CallToolAsync(tool, arguments, cancellationToken: Cancelled);
            return (result.IsError is true, ((TextContentBlock)Assert.Single(result.Content)).Text);
        }
    }
}
