using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.OpenAi;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Tests.Providers.OpenAi;

public sealed class OpenAiErrorTests
{
    [Theory]
    [InlineData(404, "error404", "ModelNotFound")]
    [InlineData(429, "error429-quota", "Quota")]
    [InlineData(400, "error400-filter", "ContentFiltered")]
    [InlineData(200, "error-in-200", "RateLimited")]
    public async Task Body_of_an_error_says_more_than_its_status(int status, string file, string failure)
    {
        await using var driver = await DriveAsync($"{file}.json", status);

        Assert.Equal(failure, (await driver.FailsAsync(stream: false)).Failure.ToString());
        Assert.Equal(failure, (await driver.FailsAsync(stream: true)).Failure.ToString());
    }

    [Theory]
    [InlineData("""{"error":{"message":"no","code":"429"}}""", "RateLimited")]
    [InlineData("""{"error":{"message":"no","code":402}}""", "Quota")]
    [InlineData("""{"error":{"message":"no","code":400}}""", "InvalidRequest")]
    [InlineData("""{"error":{"message":"no","code":403}}""", "Auth")]
    [InlineData("""{"error":{"message":"no","type":"invalid_request_error"}}""", "InvalidRequest")]
    [InlineData("""{"error":{"message":"no","type":"content_filter"}}""", "ContentFiltered")]
    [InlineData("""{"error":"no"}""", "Unavailable")]
    [InlineData("""{"message":"no","type":"x","code":503}""", "Unavailable")]
    public async Task Error_event_in_a_stream_is_read_by_its_code(string error, string failure)
    {
        await using var driver = await ProviderDriver.StartAsync(Adapt, Replay.AnswerText($"event: error\ndata: {error}\n\ndata: [DONE]\n\n", "stream.sse"));

        var problem = await driver.FailsAsync(stream: true);

        Assert.Equal(failure, problem.Failure.ToString());
        Assert.Equal("vendor failed in its reply: no.", problem.Message);
    }

    [Theory]
    [InlineData("done-without-finish.sse", "CutStream")]
    [InlineData("whole.json", "Protocol")]
    public async Task Stream_that_is_none_or_has_no_reason_is_a_failure(string file, string failure)
    {
        await using var driver = await DriveAsync(file);

        Assert.Equal(failure, (await driver.FailsAsync(stream: true)).Failure.ToString());
    }

    [Theory]
    [InlineData("eos", "stop", "eos")]
    [InlineData("model_length", "length", "model_length")]
    [InlineData("function_call", "function_call", null)]
    [InlineData("length", "length", null)]
    public async Task Reason_that_OpenAI_does_not_have_is_kept_beside(string said, string finish, string? native)
    {
        await using var driver = await ProviderDriver.StartAsync(Adapt, Replay.AnswerText($$"""{"choices":[{"message":{"content":"hi"},"finish_reason":"{{said}}"}]}"""));

        var reply = await driver.ChatAsync();

        Assert.Equal(finish, reply.FinishReason);
        Assert.Equal(native, reply.Extra?["native_finish_reason"]?.ToString());
    }

    [Theory]
    [InlineData("""{"choices":[{"message":{"content":"hi"},"finish_reason":"insufficient_system_resource"}]}""", "Unavailable")]
    [InlineData("""{"choices":[{"message":{"content":"hi"},"finish_reason":null}]}""", "CutStream")]
    [InlineData("""{"choices":[]}""", "Protocol")]
    [InlineData("""{"choices":"x"}""", "Protocol")]
    [InlineData("""{"choices":[{"message":"hi"}]}""", "Protocol")]
    public async Task Reply_without_a_good_end_is_a_failure(string reply, string failure)
    {
        await using var driver = await ProviderDriver.StartAsync(Adapt, Replay.AnswerText(reply));

        Assert.Equal(failure, (await driver.FailsAsync(stream: false)).Failure.ToString());
    }

    private static OpenAiProvider Adapt(UpstreamClient upstream) => new(upstream);

    private static Task<ProviderDriver> DriveAsync(string file, int status = 200) => ProviderDriver.StartAsync(Adapt, Replay.Answer($"openai/{file}", status));
}
