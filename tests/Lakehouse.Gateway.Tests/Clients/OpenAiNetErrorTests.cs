using System.ClientModel;

namespace Lakehouse.Gateway.Tests.Clients;

/// <summary>NuGet's <c>OpenAI</c>, unchanged: every failure is one exception with the status and the error object.</summary>
[Collection<SharedClientHouse>]
public sealed class OpenAiNetErrorTests(ClientHouse house)
{
    public static TheoryData<string> Vendors => ClientHouse.Vendors;

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Failures_of_a_vendor_have_their_status_and_code(string vendor)
    {
        // three repetitions with their pauses would be five seconds for each
        Same(404, "model_not_found", await house.Chat($"{vendor}/missing", retries: 0).FailsAsync());
        Same(400, "upstream_invalid_request", await house.Chat($"{vendor}/refused", retries: 0).FailsAsync());
        Same(502, "upstream_unavailable", await house.Chat($"{vendor}/down", retries: 0).FailsAsync());
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Broken_stream_is_noticed(string vendor)
    {
        var (seen, reasons) = ("", new List<string>());

        // it stops at the chunk before the error: its list of finish reasons has no "error"
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
        {
            await foreach (var update in house.Chat($"{vendor}/cut").CompleteChatStreamingAsync(OpenAiNetCalls.Hello))
            {
                seen += string.Concat(update.ContentUpdate.Select(part => part.Text));
                reasons.AddRange(update.FinishReason is { } reason ? [reason.ToString()] : []);
            }
        });

        Assert.Equal(ClientHouse.Says(vendor)["cut"]!.ToString(), seen);
        Assert.Empty(reasons);
    }

    [Fact]
    public async Task Bad_field_is_named()
    {
        var problem = await house.Chat("openai/text").FailsAsync(new() { MaxOutputTokenCount = 0 });

        Same(400, "invalid_request", problem);
        Assert.Equal("max_completion_tokens", problem.Error("param"));
        Assert.Contains("accepted is a whole number from 1", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_key_is_refused() => Same(401, "invalid_api_key", await house.Chat("openai/text", "nobodys-key").FailsAsync());

    // Without retries: this client sleeps as long as Retry-After says, which here is until midnight, and knows no header
    // that tells it not to. docs/clients.md says so.
    [Fact]
    public async Task Spent_budget_says_when_it_resets()
    {
        var problem = await house.Chat("openai/text", ClientHouse.SpentKey, retries: 0).FailsAsync();

        Same(429, "budget_exceeded", problem);
        Assert.True(problem.GetRawResponse()!.Headers.TryGetValue("Retry-After", out var wait) && int.Parse(wait!) > 0);
    }

    [Theory]
    [InlineData("flaky")]
    [InlineData("busy")]
    public async Task What_passes_is_repeated_by_the_client_itself(string model)
    {
        var reply = await house.Chat($"openai/{model}").CompleteChatAsync(OpenAiNetCalls.Hello);

        Assert.Equal(ClientHouse.Says("openai")["text"]!.ToString(), reply.Value.Text());
        Assert.Equal(2, house["openai"].Asked(model).Count);
    }

    private static void Same(int status, string code, ClientResultException problem) => Assert.Equal((status, code), (problem.Status, problem.Error("code")));
}
