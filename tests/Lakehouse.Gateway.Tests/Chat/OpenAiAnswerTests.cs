using System.Text;
using System.Text.Json;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.OpenAi;
using Lakehouse.Gateway.Tests.Chat.Anthropic;

namespace Lakehouse.Gateway.Tests.Chat;

public sealed class OpenAiAnswerTests
{
    [Fact]
    public void Answer_is_the_vendors_with_our_id_time_and_usage()
    {
        var reply = Read("""
            {"id":"x","object":"chat.completion","created":5,"model":"m","choices":[{"index":0,"message":{"role": "assistant","content":"Gr\u00fc\u00dfe\n","annotations":[]},
            "logprobs":{"content":[]},"finish_reason":"eos","stop_reason":7}],"usage":{"prompt_tokens":1,"completion_tokens":2,"prompt_tokens_details":{"audio_tokens":0}},
            "system_fingerprint":"f","service_tier":null,"error":""}
            """);

        Assert.Equal("""
            {"id":"req_0192f","object":"chat.completion","created":0,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Grüße\n","annotations":[]},"logprobs":{"content":[]},"finish_reason":"stop"}],"usage":{"prompt_tokens":3120,"completion_tokens":15,"prompt_tokens_details":{"audio_tokens":0,"cached_tokens":3000,"cache_write_tokens":100},"total_tokens":3135,"completion_tokens_details":{"reasoning_tokens":4},"cost_nano_usd":0},"system_fingerprint":"f","error":"","native_finish_reason":"eos","stop_reason":7}
            """.Trim(), Answer(reply));
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":"hi","refusal":null}""", """{"role":"assistant","content":"hi","refusal":null}""", true)]
    [InlineData("""{"content":"hi"}""", """{"content":"hi","role":"assistant"}""", false)]
    [InlineData("""{"role":"assistant","content":"hi","reasoning":"so"}""", """{"role":"assistant","content":"hi","reasoning_content":"so"}""", false)]
    [InlineData("""{"role":"assistant","tool_calls":[{"index":0,"id":"c","function":{}}]}""", """{"role":"assistant","tool_calls":[{"id":"c","function":{},"type":"function"}],"content":null}""", false)]
    public void Message_that_lacks_nothing_is_passed_as_it_was_written(string message, string passed, bool isWritten)
    {
        var reply = Read($$"""{"choices":[{"message":{{message}},"finish_reason":"stop"}]}""");

        Assert.Equal(isWritten, reply.Written.ValueKind == JsonValueKind.Object);
        Assert.Contains($"\"message\":{passed},\"logprobs\":null", Answer(reply), StringComparison.Ordinal);
        Assert.Equal(passed, reply.Message.ToJsonString());
    }

    [Fact]
    public void Usage_of_a_vendor_that_says_no_more_than_the_numbers_is_the_same()
    {
        var reply = Read("""{"choices":[{"message":{"role":"assistant","content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}""");
        var used = AnthropicCalls.Used with { CachedTokens = 0, CacheWriteTokens = 0, ReasoningTokens = 0, CostNanoUsd = 9 };

        Assert.Null(reply.UsageSaid);
        Assert.EndsWith($"\"usage\":{OpenAiShape.Usage(used).ToJsonString()}}}", Encoding.UTF8.GetString(OpenAiShape.Instance.Whole(AnthropicCalls.Call, reply, used)), StringComparison.Ordinal);
    }

    private static ModelReply Read(string reply) => OpenAiReply.Whole(JsonElement.Parse(reply), "asked", new("vendor", new Uri("http://localhost"), default, null, OpenAiError.Refusal), bills: false);

    private static string Answer(ModelReply reply) => Encoding.UTF8.GetString(OpenAiShape.Instance.Whole(AnthropicCalls.Call, reply, AnthropicCalls.Used));
}
