using System.Text;
using CsCheck;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.OpenAi;
using Lakehouse.Gateway.Providers.Upstream;
using Lakehouse.Gateway.Tests.Providers.Upstream;

namespace Lakehouse.Gateway.Tests.Providers.OpenAi;

/// <summary>What is plain says the same as it would with nodes. An <c>event:</c> field in front makes a chunk one that is read with nodes.</summary>
public sealed class PlainChunkTests
{
    private static readonly string[] Values = ["null", "\"\"", "\"x\"", "\"stop\"", "\"error\"", "\"\\u00e9\\n\"", "0", "7", "-1", "1.5", "12.0", "true", "[]", "{}", "[1]"];

    private static readonly string[] Names =
    [
        "id", "object", "created", "model", "choices", "usage", "error", "system_fingerprint", "other", "index", "delta", "finish_reason", "logprobs", "native_finish_reason", "role",
        "content", "refusal", "tool_calls", "reasoning", "prompt_tokens", "completion_tokens", "total_tokens", "prompt_tokens_details",
    ];

    private static readonly Gen<string> Noise = Gen.Select(Any.Of(Names), Any.Of(Values)).Select((name, value) => $"\"{name}\":{value}");

    private static readonly Gen<string> Chunks = Gen.Select(
        Fields("""{"role":"assistant"}""", """{"content":"Hi"}""", """{"content":""}""", """{"content":"a\"b","refusal":null}"""),
        Any.Of("", "\"index\":0,", "\"finish_reason\":null,\"logprobs\":null,", "\"finish_reason\":\"length\",", "\"finish_reason\":\"eos\","),
        Fields("""{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}""", """{"prompt_tokens":0,"completion_tokens":0}""", "{}"),
        Noise.Array[0, 2], Gen.Int[0, 3]).Select((delta, choice, usage, noise, kind) => "{" + string.Join(',', (string[])
        [
            "\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\"",
            kind == 0 ? "\"choices\":[]" : $"\"choices\":[{{{choice}\"delta\":{delta}}}{(kind == 1 ? ",{}" : "")}]",
            kind == 2 ? $"\"usage\":{usage}" : "\"usage\":null", .. noise,
        ]) + "}");

    [Fact]
    public void Plain_chunk_says_what_its_nodes_say() => Chunks.Sample(json =>
    {
        var (plain, full) = (Read(null, json), Read("message", json));
        Assert.Equal(full, plain);
    }, iter: 20_000);

    [Theory]
    [InlineData("""{"choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":null}],"usage":null,"obfuscation":"x1"}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"model":"m"}""")]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":52,"completion_tokens":20,"total_tokens":72,"prompt_tokens_details":null}}""")]
    public void Common_chunks_are_plain(string json) => Assert.NotNull(PlainChunk.Of(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""{"choices":[{"delta":{"content":"Hi","tool_calls":[]}}]}""")]
    [InlineData("""{"choices":[{"delta":{"content":"Hi"},"finish_reason":"eos"}]}""")]
    [InlineData("""{"choices":[{"delta":{"content":"Hi"},"logprobs":{}}]}""")]
    [InlineData("""{"choices":[{"delta":{"content":["Hi"]}}]}""")]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":52,"cost":0.1}}""")]
    [InlineData("""{"choices":[],"error":"overloaded"}""")]
    [InlineData("""{"object":"error","message":"overloaded"}""")]
    [InlineData("""{"choices":[],"other":null,"other":null}""")]
    [InlineData("""{"choices":[],"m\u006fdel":"m"}""")]
    [InlineData("""{"choices":[]} {}""")]
    [InlineData("""{"choices":[""")]
    [InlineData("[]")]
    public void What_says_more_is_not_plain(string json) => Assert.Null(PlainChunk.Of(Encoding.UTF8.GetBytes(json)));

    /// <summary>One of the objects, or one with a field more.</summary>
    private static Gen<string> Fields(params string[] objects) =>
        Gen.Select(Any.Of(objects), Noise, Gen.Int[0, 3]).Select((one, noise, more) => more > 0 ? one : one == "{}" ? $"{{{noise}}}" : $"{one[..^1]},{noise}}}");

    private static string Read(string? name, string json)
    {
        var call = new UpstreamCall("Vendor", new Uri("http://vendor"), default, null, OpenAiError.Refusal);
        try
        {
            var chunk = new OpenAiStream(call, bills: false).Read(new(name, Encoding.UTF8.GetBytes(json)));
            return chunk is null ? "nothing" : $"{chunk.Delta?.ToJsonString()} {chunk.FinishReason} {chunk.Model} {chunk.Usage} {chunk.Extra?.ToJsonString()} {chunk.Logprobs?.ToJsonString()} {chunk.UsageSaid?.ToJsonString()}";
        }
        catch (ProviderException problem)
        {
            return $"{problem.Failure} {problem.Message}";
        }
    }
}
