using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Providers;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Chat.Anthropic;

/// <summary>The version and the betas of an Anthropic client hold whatever the gateway adds to its request.</summary>
public sealed class ProtocolHeaderTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_and_tools_keep_the_version_and_the_betas()
    {
        await using var claude = await StubServer.StartAsync((context, _) => Replay.Answer("claude/whole.json")(context), Cancelled);
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new()
        {
            ["Providers:claude:base_url"] = claude.Url, ["Providers:claude:api_key"] = "key-of-the-vendor-0123456789",
        });
        using var client = gateway.As(GatewayApp.BotKey);
        client.DefaultRequestHeaders.Add("anthropic-version", "2026-10-21");
        client.DefaultRequestHeaders.Add("anthropic-beta", "context-1m-2025-08-07");
        using var made = await client.PostAsJsonAsync("/v1/sessions", new JsonObject(), Cancelled);
        var session = (await made.JsonAsync())["id"]!.ToString();

        await AskAsync(client, "/v1/messages", []);
        await AskAsync(client, "/v1/messages", new() { ["session_id"] = session });
        // a chat in OpenAI's shape has no version, whatever headers come with it
        await AskAsync(client, "/v1/chat", []);

        Assert.Equal(
            [("2026-10-21", "context-1m-2025-08-07"), ("2026-10-21", "context-1m-2025-08-07"), ("2023-06-01", "")],
            claude.Requests.Select(request => (request.Headers["anthropic-version"], request.Headers.GetValueOrDefault("anthropic-beta", ""))));
    }

    private static async Task AskAsync(HttpClient client, string path, JsonObject more)
    {
        var body = new JsonObject { ["model"] = "claude/claude-sonnet-4-5", ["max_tokens"] = 3000, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hi" }) };
        foreach (var (name, value) in more)
        {
            body[name] = value?.DeepClone();
        }

        using var response = await client.PostAsJsonAsync(path, body, Cancelled);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancelled));
    }
}
