using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Providers.Gemini;

/// <summary>Embeddings and the list of models.</summary>
public sealed class GeminiCatalogTests
{
    [Fact]
    public async Task Embeddings_keep_their_order()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("embeddings.json");
        using var clock = GeminiDriver.Clock();
        var call = gemini.Call(model: "gemini-embedding-001", request: """{"input":["a","b"],"dimensions":3,"encoding_format":"base64","user":"u"}""");

        var reply = await gemini.Adapter.EmbedAsync(gemini.Adapter.PrepareEmbedding(call), clock);

        Assert.Equal([[0.25f, -1f, 0.035f], [1f, 0f, 0.5f]], reply.Vectors);
        Assert.Equal(new ModelUsage(6, 0), reply.Usage);
        Assert.Equal("/v1beta/models/gemini-embedding-001:batchEmbedContents", gemini.Sent.PathAndQuery);
        Assert.Equal(
            """{"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]},"outputDimensionality":3},{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"b"}]},"outputDimensionality":3}]}""",
            gemini.Sent.Body);
    }

    [Theory]
    [InlineData("""{"input":[1,2]}""", "input")]
    [InlineData("""{"input":[[1,2]]}""", "input")]
    [InlineData("""{"input":[]}""", "input")]
    [InlineData("{}", "input")]
    [InlineData("""{"input":"a","task":"x"}""", "task")]
    public async Task Embedding_that_Gemini_cannot_express_is_refused_by_name(string request, string field)
    {
        await using var gemini = await GeminiDriver.ReplayAsync("embeddings.json");

        var problem = Assert.Throws<ApiError>(() => gemini.Adapter.PrepareEmbedding(gemini.Call(request: request)));

        Assert.Equal((400, field), (problem.Status, problem.Param));
    }

    [Fact]
    public async Task Embeddings_that_are_too_few_are_a_failure()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("embeddings.json");
        using var clock = GeminiDriver.Clock();
        var request = gemini.Adapter.PrepareEmbedding(gemini.Call(request: """{"input":["a","b","c"]}"""));

        var problem = await Assert.ThrowsAsync<ProviderException>(() => gemini.Adapter.EmbedAsync(request, clock));

        Assert.Equal((ProviderFailure.Protocol, "Gemini sent 2 embeddings for 3 texts."), (problem.Failure, problem.Message));
    }

    [Fact]
    public async Task Models_are_read_page_by_page()
    {
        await using var gemini = await GeminiDriver.StartAsync(context => context.Response.SendFileAsync(
            GeminiDriver.PathOf(context.Request.Query.ContainsKey("pageToken") ? "models-2.json" : "models-1.json"), context.RequestAborted));
        using var clock = GeminiDriver.Clock();

        var models = await gemini.Adapter.ListModelsAsync(gemini.Provider, clock);

        Assert.Equal([new ModelListing("gemini-2.5-flash", OwnedBy: "google", ContextTokens: 1_048_576), new ModelListing("gemini-embedding-001", OwnedBy: "google", ContextTokens: 2048)], models);
        Assert.Equal([("GET", "/v1beta/models?pageSize=1000"), ("GET", "/v1beta/models?pageSize=1000&pageToken=Ch1tb2Rl%20bHM%3D")], gemini.Requests.Select(request => (request.Method, request.PathAndQuery)));
        Assert.All(gemini.Requests, request => Assert.Equal(GeminiDriver.Key, request.Headers["x-goog-api-key"]));
    }

    [Fact]
    public async Task Models_whose_last_page_never_comes_are_a_failure()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("models-1.json");
        using var clock = GeminiDriver.Clock();

        var problem = await Assert.ThrowsAsync<ProviderException>(() => gemini.Adapter.ListModelsAsync(gemini.Provider, clock));

        Assert.Equal((ProviderFailure.Protocol, 2), (problem.Failure, gemini.Requests.Count));
    }
}
