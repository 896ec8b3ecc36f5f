using Lakehouse.Gateway.Providers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Lakehouse.Gateway.Tests.Providers.Gemini;

public sealed class GeminiStreamTests
{
    [Fact]
    public async Task Stream_is_mapped_chunk_by_chunk_and_the_last_usage_counts()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("stream.sse");

        var chunks = await gemini.StreamAsync();

        Assert.Equal(["Hello", ", Grüße 😀", "!", null], chunks.Select(chunk => chunk.Delta?["content"]?.ToString()));
        Assert.Equal([null, null, null, "stop"], chunks.Select(chunk => chunk.FinishReason));
        Assert.Equal([new(11, null), new(11, 3), new(11, 7), new(11, 7)], chunks.Select(chunk => chunk.Usage));
        Assert.All(chunks, chunk => Assert.Equal("gemini-2.5-flash-001", chunk.Model));
        Assert.Equal("STOP", chunks[^1].Extra!["native_finish_reason"]!.ToString());
        Assert.Equal("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", gemini.Sent.PathAndQuery);
    }

    [Fact]
    public async Task Bytes_that_come_one_by_one_make_the_same_stream()
    {
        var bytes = await File.ReadAllBytesAsync(GeminiDriver.PathOf("stream.sse"), TestContext.Current.CancellationToken);
        await using var gemini = await GeminiDriver.StartAsync(async context =>
        {
            for (var index = 0; index < bytes.Length; index++)
            {
                await context.Response.Body.WriteAsync(bytes.AsMemory(index, 1), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        });

        var chunks = await gemini.StreamAsync();

        Assert.Equal("Hello, Grüße 😀!", GeminiDriver.Join(chunks, "content"));
        Assert.Equal(new ModelUsage(11, 7), chunks[^1].Usage);
    }

    [Fact]
    public async Task Thoughts_are_streamed_as_reasoning()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("stream-thinking.sse");

        var chunks = await gemini.StreamAsync();

        Assert.Equal(["Let me ", "think.", null, null, null], chunks.Select(chunk => chunk.Delta?["reasoning_content"]?.ToString()));
        Assert.Equal("Four.", GeminiDriver.Join(chunks, "content"));
        Assert.Equal("""{"reasoning_details":[{"type":"reasoning.encrypted","data":"c2lnLW9mLXRleHQ=","format":"google-gemini-v1","index":0}]}""", chunks[3].Delta!.ToJsonString());
        Assert.Equal(new ModelUsage(9, 52, ReasoningTokens: 50), chunks[^1].Usage);
    }

    [Theory]
    [InlineData("stream-cut.sse", "CutStream", "Gemini's stream ended without saying why.", 1)]
    [InlineData("stream-error-event.sse", "RateLimited", "Gemini answered 429: Resource has been exhausted (e.g. check quota).", 1)]
    [InlineData("stream-error-bare.sse", "Unavailable", "Gemini answered 503: The model is overloaded. Please try again later.", 2)]
    [InlineData("error-list.json", "Unavailable", "Gemini answered 500: An internal error has occurred. Please retry.", 0)]
    [InlineData("stream-malformed-call.sse", "Unavailable", "Gemini gave up with MALFORMED_FUNCTION_CALL. Malformed function call: call:get_weather(city=", 2)]
    [InlineData("stream-garbage.sse", "Protocol", "Gemini's stream has an event that is no JSON object.", 1)]
    [InlineData("stream-stray.sse", "Protocol", "Gemini's stream has an event that is no JSON object.", 1)]
    [InlineData("stream-blocked.sse", "ContentFiltered", "Gemini refused the prompt: SAFETY. The prompt was flagged.", 0)]
    [InlineData("whole.json", "Protocol", "Gemini's stream has text that is no event.", 0)]
    public async Task Stream_that_fails_has_no_finish_reason(string stub, string failure, string message, int chunks)
    {
        await using var gemini = await GeminiDriver.ReplayAsync(stub);
        var seen = new List<ModelChunk>();

        var problem = await Assert.ThrowsAsync<ProviderException>(() => gemini.StreamAsync(seen));

        Assert.Equal((failure, message, chunks), (problem.Failure.ToString(), problem.Message, seen.Count));
        Assert.All(seen, chunk => Assert.Null(chunk.FinishReason));
    }

    [Fact]
    public async Task Error_in_a_stream_says_how_long_to_wait()
    {
        await using var gemini = await GeminiDriver.ReplayAsync("stream-error-event.sse");

        var problem = await Assert.ThrowsAsync<ProviderException>(() => gemini.StreamAsync());

        Assert.Equal(TimeSpan.FromSeconds(7), problem.RetryAfter);
    }

    [Fact]
    public async Task Connection_that_breaks_is_a_cut_stream()
    {
        // what was not read when a connection is reset is lost, so that the server waits for it
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var gemini = await GeminiDriver.StartAsync(async context =>
        {
            await FirstEventAsync(context);
            await read.Task.WaitAsync(context.RequestAborted);
            context.Abort();
        });
        var seen = new List<ModelChunk>();

        var problem = await Assert.ThrowsAsync<ProviderException>(() => gemini.StreamAsync(seen, _ => read.SetResult()));

        Assert.Equal((ProviderFailure.CutStream, "Hello"), (problem.Failure, GeminiDriver.Join(seen, "content")));
    }

    [Fact]
    public async Task Giant_line_is_a_failure()
    {
        var piece = new byte[1 << 20];
        Array.Fill(piece, (byte)'x');
        await using var gemini = await GeminiDriver.StartAsync(async context =>
        {
            await context.Response.WriteAsync("data: ", context.RequestAborted);
            for (var count = 0; count < 64; count++)
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            }
        });

        var problem = await Assert.ThrowsAsync<ProviderException>(() => gemini.StreamAsync());

        Assert.Equal((ProviderFailure.Protocol, "The model sent a line of more than 4 MiB."), (problem.Failure, problem.Message));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task First_byte_that_does_not_come_is_a_timeout(bool stream)
    {
        var arrived = new TaskCompletionSource();
        await using var gemini = await GeminiDriver.StartAsync(context =>
        {
            arrived.SetResult();
            return OllamaStub.HangAsync(context);
        });
        var time = new FakeTimeProvider();

        Task reply = stream ? gemini.StreamAsync(time: time) : gemini.ChatAsync(time);
        await arrived.Task.WaitAsync(TestContext.Current.CancellationToken);
        time.Advance(GeminiDriver.Timeouts.FirstByte);

        var problem = await Assert.ThrowsAsync<ProviderException>(() => reply);
        Assert.Equal((ProviderFailure.FirstByteTimeout, "The model sent nothing for 30 s."), (problem.Failure, problem.Message));
    }

    [Fact]
    public async Task Silence_after_the_first_event_is_a_timeout()
    {
        await using var gemini = await GeminiDriver.StartAsync(async context =>
        {
            await FirstEventAsync(context);
            await OllamaStub.HangAsync(context);
        });
        var (time, seen) = (new FakeTimeProvider(), new List<ModelChunk>());

        var problem = await Assert.ThrowsAsync<ProviderException>(() => gemini.StreamAsync(seen, _ => time.Advance(GeminiDriver.Timeouts.Idle), time));

        Assert.Equal((ProviderFailure.IdleTimeout, "The model sent nothing for 20 s in the middle of its reply.", 1), (problem.Failure, problem.Message, seen.Count));
    }

    private static async Task FirstEventAsync(HttpContext context)
    {
        await context.Response.WriteAsync("data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hello\"}]}}]}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
