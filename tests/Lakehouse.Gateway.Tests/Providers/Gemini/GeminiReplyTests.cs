using Lakehouse.Gateway.Providers;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Providers.Gemini;

public sealed class GeminiReplyTests
{
    [Fact]
    public async Task Whole_reply_is_mapped_and_the_key_travels_in_its_header_only()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("whole.json");

        var reply = await gemini.ChatAsync();

        Assert.Equal("gemini-2.5-flash-001", reply.Model);
        Assert.Equal("Hello, Grüße 😀", reply.Message["content"]!.ToString());
        Assert.Equal("stop", reply.FinishReason);
        Assert.Equal(new ModelUsage(45, 27, CachedTokens: 32, ReasoningTokens: 20), reply.Usage);
        Assert.Equal("STOP", reply.Extra!["native_finish_reason"]!.ToString());
        Assert.Equal("/v1beta/models/gemini-2.5-flash:generateContent", gemini.Sent.PathAndQuery);
        Assert.Equal(GeminiDriver.Key, gemini.Sent.Headers["x-goog-api-key"]);
        Assert.Single(gemini.Sent.Headers, header => header.Value.Contains(GeminiDriver.Key, StringComparison.Ordinal));
        Assert.DoesNotContain(GeminiDriver.Key, gemini.Sent.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thoughts_are_reasoning_and_signatures_are_kept()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("thinking.json");

        var reply = await gemini.ChatAsync();

        Assert.Equal("Four.", reply.Message["content"]!.ToString());
        Assert.Equal("**Adding**\n\nTwo and two.", reply.Message["reasoning_content"]!.ToString());
        Assert.Equal(
            """[{"type":"reasoning.text","text":"**Adding**\n\nTwo and two.","signature":"c2lnLW9mLXRob3VnaHQ=","format":"google-gemini-v1","index":0},{"type":"reasoning.encrypted","data":"c2lnLW9mLXRleHQ=","format":"google-gemini-v1","index":1}]""",
            reply.Message["reasoning_details"]!.ToJsonString());
        Assert.Equal(new ModelUsage(9, 52, ReasoningTokens: 50), reply.Usage);
    }

    [Fact]
    public async Task Picture_comes_back_as_a_data_address()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("image.json");

        var message = (await gemini.ChatAsync()).Message;

        Assert.Equal("A red dot.", message["content"]!.ToString());
        Assert.Equal("data:image/png;base64,iVBORw0KGgo=", message["images"]![0]!["image_url"]!["url"]!.ToString());
    }

    [Fact]
    public async Task Logarithms_of_probabilities_are_in_the_terms_of_OpenAI()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("logprobs.json");

        var logprobs = (await gemini.ChatAsync()).Logprobs!["content"]!;

        Assert.Equal("""{"token":"H\u00E9","logprob":-0.125,"bytes":[72,195,169],"top_logprobs":[{"token":"H\u00E9","logprob":-0.125,"bytes":[72,195,169]},{"token":"Ho","logprob":-2.5,"bytes":[72,111]}]}""", logprobs[0]!.ToJsonString());
        Assert.Equal("""{"token":"!","logprob":0,"bytes":[33],"top_logprobs":[{"token":"!","logprob":0,"bytes":[33]}]}""", logprobs[1]!.ToJsonString());
    }

    [Fact]
    public async Task Usage_that_is_absent_is_unknown_and_not_zero()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("no-usage.json");

        var reply = await gemini.ChatAsync();

        Assert.Equal(ModelUsage.Unknown, reply.Usage);
        Assert.Equal(("length", "gemini-2.5-flash"), (reply.FinishReason, reply.Model));
    }

    [Theory]
    [InlineData("""{"promptTokenCount":5,"totalTokenCount":5}""", 5L, null)]
    [InlineData("""{"promptTokenCount":5,"thoughtsTokenCount":90,"totalTokenCount":105}""", 5L, 100L)]
    [InlineData("""{"candidatesTokenCount":3}""", null, 3L)]
    [InlineData("""{"promptTokenCount":"5","candidatesTokenCount":3.5}""", null, null)]
    public async Task Usage_is_what_can_be_known(string usage, long? prompt, long? completion)
    {
        await using var gemini = await ReplyAsync($$"""{"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}],"usageMetadata":{{usage}}}""");

        var found = (await gemini.ChatAsync()).Usage;

        Assert.Equal((prompt, completion), (found.PromptTokens, found.CompletionTokens));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tokens_of_sound_are_in_the_terms_of_OpenAI(bool stream)
    {
        const string reply = """{"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":40,"candidatesTokenCount":1,"promptTokensDetails":[{"modality":"TEXT","tokenCount":8},{"modality":"AUDIO","tokenCount":32}]}}""";
        await using var gemini = await ReplyAsync(stream ? $"data: {reply}\n\n" : reply);

        var said = stream ? (await gemini.StreamAsync())[0].UsageSaid : (await gemini.ChatAsync()).UsageSaid;

        Assert.Equal("""{"prompt_tokens_details":{"audio_tokens":32}}""", said!.ToJsonString());
    }

    [Theory]
    [InlineData("STOP", "stop")]
    [InlineData("MAX_TOKENS", "length")]
    [InlineData("SAFETY", "content_filter")]
    [InlineData("RECITATION", "content_filter")]
    [InlineData("LANGUAGE", "content_filter")]
    [InlineData("BLOCKLIST", "content_filter")]
    [InlineData("PROHIBITED_CONTENT", "content_filter")]
    [InlineData("SPII", "content_filter")]
    [InlineData("IMAGE_SAFETY", "content_filter")]
    public async Task End_of_a_reply_has_a_reason(string native, string expected)
    {
        await using var gemini = await ReplyAsync($$"""{"candidates":[{"finishReason":"{{native}}"}]}""");

        var reply = await gemini.ChatAsync();

        Assert.Equal((expected, native, ""), (reply.FinishReason, reply.Extra!["native_finish_reason"]!.ToString(), reply.Message["content"]!.ToString()));
    }

    [Theory]
    [InlineData("MALFORMED_FUNCTION_CALL", "Unavailable")]
    [InlineData("OTHER", "Unavailable")]
    [InlineData("MISSING_THOUGHT_SIGNATURE", "InvalidRequest")]
    [InlineData("SOMETHING_NEW", "Protocol")]
    public async Task End_that_is_no_answer_is_a_failure(string native, string failure)
    {
        await using var gemini = await ReplyAsync($$"""{"candidates":[{"finishReason":"{{native}}","finishMessage":"It went wrong."}]}""");

        var problem = await Assert.ThrowsAsync<ProviderException>(() => gemini.ChatAsync());

        Assert.Equal((failure, $"Gemini gave up with {native}. It went wrong."), (problem.Failure.ToString(), problem.Message));
    }

    [Theory]
    [InlineData("{}", "Protocol", "Gemini's reply has no candidate.")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"Hal"}]}}]}""", "CutStream", "Gemini's reply does not say why it ended.")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"executableCode":{}}]},"finishReason":"STOP"}]}""", "Protocol", "Gemini's reply has a part of an unknown kind: executableCode.")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"audio/pcm","data":"AA=="}}]},"finishReason":"STOP"}]}""", "Protocol", "Gemini's reply has data of type 'audio/pcm', which OpenAI's reply cannot express.")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"functionCall":{}}]},"finishReason":"STOP"}]}""", "Protocol", "The model called a tool without naming it.")]
    [InlineData("[1]", "Protocol", "Gemini's reply is no JSON object.")]
    [InlineData("{\"candidates\":", "Protocol", "Gemini's reply is not JSON.")]
    public async Task Reply_that_is_none_is_a_failure(string reply, string failure, string message)
    {
        await using var gemini = await ReplyAsync(reply);

        var problem = await Assert.ThrowsAsync<ProviderException>(() => gemini.ChatAsync());

        Assert.Equal((failure, message), (problem.Failure.ToString(), problem.Message));
    }

    [Fact]
    public async Task Prompt_that_is_blocked_names_the_reason()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("blocked.json");

        var problem = await Assert.ThrowsAsync<ProviderException>(() => gemini.ChatAsync());

        Assert.Equal((ProviderFailure.ContentFiltered, "Gemini refused the prompt: PROHIBITED_CONTENT."), (problem.Failure, problem.Message));
    }

    private static Task<GeminiDriver> ReplyAsync(string json) => GeminiDriver.StartAsync(context => context.Response.WriteAsync(json, context.RequestAborted));
}
