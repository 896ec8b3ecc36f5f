using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Embeddings;

public sealed class EmbeddingsTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dry_run_tells_chain_price_and_decision_and_calls_nobody()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(GatewayApp.BotKey);

        using var response = await EmbedAsync(client, "dry_run", true);

        var answer = await response.JsonAsync();
        Assert.Equal((HttpStatusCode.OK, "dry_run"), (response.StatusCode, answer["object"]!.ToString()));
        Assert.Equal(("ollama/e", "granted", 0), (answer["chain"]![0]!["target"]!.ToString(), answer["chain"]![0]!["decision"]!.ToString(), answer["chain"]![0]!["max_tokens"]!.GetValue<int>()));
        Assert.Empty(model.Requests);
        Assert.Equal(0, (await client.GetJsonAsync("/v1/budgets/bot"))["used"]!["calls"]!.GetValue<long>());
    }

    [Theory]
    [InlineData("clamp", "true")]
    [InlineData("context", "true")]
    [InlineData("failed_attempts", "1")]
    [InlineData("profile", "\"brief\"")]
    [InlineData("think", "false")]
    public async Task What_only_a_chat_can_have_is_refused_by_name(string field, string value)
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(GatewayApp.BotKey);

        using var response = await EmbedAsync(client, field, JsonNode.Parse(value));

        var error = (await response.JsonAsync())["error"]!;
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request", field), (response.StatusCode, error["code"]!.ToString(), error["param"]!.ToString()));
        Assert.Empty(model.Requests);
    }

    private static Task<HttpResponseMessage> EmbedAsync(HttpClient client, string field, JsonNode? value) =>
        client.PostAsJsonAsync("/v1/embeddings", new JsonObject { ["model"] = "ollama/e", ["input"] = "text", [field] = value }, Cancelled);
}
