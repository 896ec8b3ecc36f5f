using Anthropic;
using Anthropic.Exceptions;

namespace Lakehouse.Gateway.Tests.Clients;

/// <summary>NuGet's <c>Anthropic</c>, unchanged: every failure is the exception that the client has for it.</summary>
[Collection<SharedClientHouse>]
public sealed class AnthropicNetErrorTests(ClientHouse house)
{
    public static TheoryData<string> Vendors => ClientHouse.Vendors;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Failures_of_a_vendor_have_their_type_and_code(string vendor)
    {
        // its repetitions are another test's
        using var client = house.Anthropic(retries: 0);

        await FailsAsync<AnthropicNotFoundException>(client, $"{vendor}/missing", 404, "model_not_found");
        await FailsAsync<AnthropicBadRequestException>(client, $"{vendor}/refused", 400, "upstream_invalid_request");
        await FailsAsync<Anthropic5xxException>(client, $"{vendor}/down", 502, "upstream_unavailable");
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Broken_stream_is_noticed(string vendor)
    {
        using var client = house.Anthropic();
        var (seen, ended) = ("", false);

        var problem = await Assert.ThrowsAnyAsync<AnthropicException>(async () =>
        {
            await foreach (var one in client.Messages.CreateStreaming(AnthropicNetCalls.Ask($"{vendor}/cut"), Cancelled))
            {
                seen += one.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var text) ? text.Text : "";
                ended |= one.TryPickStop(out _);
            }
        });

        Assert.Equal((ClientHouse.Says(vendor)["cut"]!.ToString(), false), (seen, ended));
        Assert.Equal("upstream_cut_stream", Assert.IsType<AnthropicSseException>(problem).ErrorCode);
        await Assert.ThrowsAnyAsync<AnthropicException>(() => client.Messages.CreateStreaming(AnthropicNetCalls.Ask($"{vendor}/cut"), Cancelled).Aggregate());
    }

    [Fact]
    public async Task Bad_field_is_named()
    {
        using var client = house.Anthropic();

        var problem = await Assert.ThrowsAsync<AnthropicBadRequestException>(() => client.Messages.Create(AnthropicNetCalls.Ask("claude/text") with { MaxTokens = 0 }, Cancelled));

        Assert.Equal("invalid_request", problem.ErrorCode);
        Assert.Equal("max_tokens", problem.Body.GetProperty("error").GetProperty("details").GetProperty("param").GetString());
        Assert.Contains("accepted is a whole number from 1", problem.ApiMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_key_is_refused_in_either_header()
    {
        using var key = house.Anthropic("nobodys-key");
        using var token = new AnthropicClient { BaseUrl = house.Url, ApiKey = null, AuthToken = "nobodys-key" };

        await FailsAsync<AnthropicUnauthorizedException>(key, "claude/text", 401, "invalid_api_key");
        await FailsAsync<AnthropicUnauthorizedException>(token, "claude/text", 401, "invalid_api_key");
    }

    // with its own retries: it must not wait for midnight
    [Fact]
    public async Task Spent_budget_is_told_at_once()
    {
        using var client = house.Anthropic(ClientHouse.SpentKey);

        await FailsAsync<AnthropicRateLimitException>(client, "claude/text", 429, "budget_exceeded");
    }

    [Theory]
    [InlineData("flaky")]
    [InlineData("busy")]
    public async Task What_passes_is_repeated_by_the_client_itself(string model)
    {
        using var client = house.Anthropic();

        var reply = await client.Messages.Create(AnthropicNetCalls.Ask($"claude/{model}"), Cancelled);

        Assert.Equal(ClientHouse.Says("claude")["text"]!.ToString(), reply.Text());
        Assert.Equal(2, house["claude"].Asked(model).Count);
    }

    private static async Task FailsAsync<T>(AnthropicClient client, string model, int status, string code) where T : AnthropicApiException
    {
        var problem = await Assert.ThrowsAnyAsync<T>(() => client.Messages.Create(AnthropicNetCalls.Ask(model), Cancelled));
        Assert.Equal((status, code), ((int)problem.StatusCode, problem.ErrorCode));
        Assert.NotEmpty(problem.ApiMessage!);
    }
}
