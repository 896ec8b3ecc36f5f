using System.Text.Json.Nodes;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Tests.Chat.Anthropic;

namespace Lakehouse.Gateway.Tests.Chat;

public sealed class OpenAiStreamTests
{
    [Fact]
    public void Probabilities_without_a_text_are_not_lost()
    {
        const string logprobs = """{"content":[{"token":"<think>","logprob":-0.5,"bytes":null,"top_logprobs":[]}],"refusal":null}""";
        var stream = new OpenAiStream(AnthropicCalls.Call);

        var events = stream.Step(new ModelChunk(Logprobs: JsonNode.Parse(logprobs)));

        Assert.Equal(logprobs, events[^1].Data!["choices"]![0]!["logprobs"]!.ToJsonString().Replace("\\u003C", "<", StringComparison.Ordinal).Replace("\\u003E", ">", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("""{"content":[],"refusal":null}""")]
    public void Chunk_that_says_nothing_does_not_begin_the_stream(string logprobs) =>
        Assert.Empty(new OpenAiStream(AnthropicCalls.Call).Step(new ModelChunk(Logprobs: JsonNode.Parse(logprobs))));
}
