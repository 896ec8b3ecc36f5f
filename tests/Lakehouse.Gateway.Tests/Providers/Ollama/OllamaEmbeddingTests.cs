using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Ollama;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Tests.Providers.Ollama;

public sealed class OllamaEmbeddingTests
{
    [Fact]
    public async Task Models_are_listed()
    {
        await using var driver = await DriveAsync("tags.json");

        var model = Assert.Single(await driver.ListAsync());

        Assert.Equal("GET /api/tags", $"{driver.Asked.Method} {driver.Asked.PathAndQuery}");
        Assert.Equal("qwen3:8b", model.Id);
        Assert.Equal(new DateTimeOffset(2026, 5, 10, 15, 6, 48, TimeSpan.Zero), model.Created!.Value, TimeSpan.FromSeconds(1));
        Assert.Null(model.ContextTokens);
    }

    [Fact]
    public async Task Embeddings_are_made_of_whole_texts()
    {
        await using var driver = await DriveAsync("embed.json");

        var reply = await driver.EmbedAsync("""{"input":["a","b"],"dimensions":2,"encoding_format":"base64"}""");

        Assert.Equal("/api/embed", driver.Asked.PathAndQuery);
        Assert.Equal("""{"model":"scripted","input":["a","b"],"dimensions":2,"truncate":false}""", driver.Asked.Body);
        Assert.Equal([0.0101f, -0.0017f], reply.Vectors[0]);
        Assert.Equal([-0.0098f, 0.06f], reply.Vectors[1]);
        Assert.Equal(new ModelUsage(8, 0), reply.Usage);
        Assert.Equal("all-minilm", reply.Model);
    }

    [Theory]
    [InlineData("""{"embeddings":[[1]]}""")]
    [InlineData("""{"embeddings":[[1],"x"]}""")]
    [InlineData("{}")]
    public async Task Embeddings_that_are_not_one_for_each_input_are_a_failure(string answer)
    {
        await using var driver = await ProviderDriver.StartAsync(Adapt, Replay.AnswerText(answer));

        var problem = await Assert.ThrowsAsync<ProviderException>(() => driver.EmbedAsync("""{"input":["a","b"]}"""));

        Assert.Equal(ProviderFailure.Protocol, problem.Failure);
    }

    [Theory]
    [InlineData("""{"input":[1,2]}""")]
    [InlineData("""{"input":[[1,2]]}""")]
    public async Task Embeddings_of_tokens_are_refused(string body)
    {
        await using var driver = await DriveAsync("embed.json");

        Assert.Equal("input", Assert.Throws<ApiError>(() => driver.Adapter.PrepareEmbedding(driver.Call(ProviderDriver.Json(body)))).Param);
    }

    private static OllamaProvider Adapt(UpstreamClient upstream) => new(upstream);

    private static Task<ProviderDriver> DriveAsync(string file) => ProviderDriver.StartAsync(Adapt, Replay.Answer($"ollama/{file}"));
}
