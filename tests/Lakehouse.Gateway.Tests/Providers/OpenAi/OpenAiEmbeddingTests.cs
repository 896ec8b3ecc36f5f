using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.OpenAi;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Tests.Providers.OpenAi;

public sealed class OpenAiEmbeddingTests
{
    [Fact]
    public async Task Models_are_listed()
    {
        await using var driver = await DriveAsync("models.json");

        var models = await driver.ListAsync();

        Assert.Equal("GET /models", $"{driver.Asked.Method} {driver.Asked.PathAndQuery}");
        Assert.Equal([new("gpt-4.1", DateTimeOffset.FromUnixTimeSeconds(1744316542), "system"), new("Qwen/Qwen3-8B", DateTimeOffset.FromUnixTimeSeconds(1744316543), "vllm", 40960)], models);
    }

    [Fact]
    public async Task Embeddings_are_in_the_order_of_their_inputs()
    {
        await using var driver = await DriveAsync("embeddings.json");

        var reply = await driver.EmbedAsync("""{"model":"x","input":["a","b"],"encoding_format":"base64","dimensions":2,"user":"u"}""");

        Assert.Equal("/embeddings", driver.Asked.PathAndQuery);
        Assert.Equal("""{"model":"scripted","encoding_format":"float","input":["a","b"],"dimensions":2,"user":"u"}""", driver.Asked.Body);
        Assert.Equal("text-embedding-3-small", reply.Model);
        Assert.Equal([0.0023064255f, -0.009327292f], reply.Vectors[0]);
        Assert.Equal([0.25f, -0.5f], reply.Vectors[1]);
        Assert.Equal(new ModelUsage(8, 0), reply.Usage);
    }

    [Theory]
    [InlineData("""{"input":"a"}""", """{"data":[{"embedding":"AACAPwAAAEA="}]}""", null)]
    [InlineData("""{"input":[1,2,3]}""", """{"data":[{"embedding":[1,2]}]}""", null)]
    [InlineData("""{"input":[[1],[2]]}""", """{"data":[{"embedding":[1,2]}]}""", "Protocol")]
    [InlineData("""{"input":["a","b"]}""", """{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[2]}]}""", "Protocol")]
    [InlineData("""{"input":"a"}""", """{"data":[{"embedding":[1,null]}]}""", "Protocol")]
    [InlineData("""{"input":"a"}""", """{"data":[]}""", "Protocol")]
    [InlineData("""{"input":"a"}""", "[]", "Protocol")]
    [InlineData("""{"input":"a"}""", """{"error":{"code":429,"message":"slow down"}}""", "RateLimited")]
    public async Task Embeddings_are_one_vector_for_each_input_or_a_failure(string body, string answer, string? failure)
    {
        await using var driver = await ProviderDriver.StartAsync(Adapt, Replay.AnswerText(answer));

        if (failure is null)
        {
            var reply = await driver.EmbedAsync(body);
            Assert.Equal([1f, 2f], Assert.Single(reply.Vectors));
        }
        else
        {
            Assert.Equal(failure, (await Assert.ThrowsAsync<ProviderException>(() => driver.EmbedAsync(body))).Failure.ToString());
        }
    }

    private static OpenAiProvider Adapt(UpstreamClient upstream) => new(upstream);

    private static Task<ProviderDriver> DriveAsync(string file) => ProviderDriver.StartAsync(Adapt, Replay.Answer($"openai/{file}"));
}
