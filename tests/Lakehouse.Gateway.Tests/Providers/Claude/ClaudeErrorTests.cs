using System.Globalization;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Tests.Providers.Claude;

public sealed class ClaudeErrorTests
{
    [Theory]
    [InlineData(400, "error_400.json", ProviderFailure.InvalidRequest, "messages: text content blocks must be non-empty")]
    [InlineData(400, "error_400_credit.json", ProviderFailure.Quota, "credit balance is too low")]
    [InlineData(401, "error_401.json", ProviderFailure.Auth, "invalid x-api-key [key]")]
    [InlineData(402, "error_402.json", ProviderFailure.Quota, "billing")]
    [InlineData(403, "error_403.json", ProviderFailure.Auth, "permission")]
    [InlineData(404, "error_404.json", ProviderFailure.ModelNotFound, "model: claude-none")]
    [InlineData(413, "error_413.json", ProviderFailure.InvalidRequest, "maximum allowed")]
    [InlineData(429, "error_429.json", ProviderFailure.RateLimited, "rate limit")]
    [InlineData(500, "error_500.json", ProviderFailure.Unavailable, "Internal server error")]
    [InlineData(504, "error_504.json", ProviderFailure.Unavailable, "timed out")]
    [InlineData(529, "error_529.json", ProviderFailure.Unavailable, "Overloaded")]
    public async Task Refusal_says_what_it_is_and_no_secret(int status, string body, object failure, string says)
    {
        await using var claude = await ClaudeDriver.StartAsync(async (context, _) =>
        {
            context.Response.Headers.RetryAfter = status == 429 ? "17" : default;
            await ClaudeDriver.FileAsync(context, body, status);
        });

        foreach (var stream in new[] { false, true })
        {
            var call = ClaudeDriver.Call(claude.Config, stream: stream);
            var problem = await Assert.ThrowsAsync<ProviderException>(() => stream ? claude.StreamAsync(call) : claude.ChatAsync(call));

            Assert.Equal((ProviderFailure)failure, problem.Failure);
            Assert.StartsWith($"Claude answered {status.ToString(CultureInfo.InvariantCulture)}: ", problem.Message, StringComparison.Ordinal);
            Assert.Contains(says, problem.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("planted", problem.ToString(), StringComparison.Ordinal);
            Assert.Equal(status == 429 ? TimeSpan.FromSeconds(17) : null, problem.RetryAfter);
        }
    }

    [Fact]
    public async Task Refusal_without_an_error_object_goes_by_its_status()
    {
        await using var claude = await ClaudeDriver.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 529;
            return Task.CompletedTask;
        });

        var problem = await Assert.ThrowsAsync<ProviderException>(() => claude.ChatAsync(ClaudeDriver.Call(claude.Config)));

        Assert.Equal(ProviderFailure.Unavailable, problem.Failure);
    }

    [Fact]
    public async Task Embeddings_are_refused_with_what_to_use_instead()
    {
        await using var claude = await ClaudeDriver.StartAsync("whole.json");

        var problem = Assert.Throws<ApiError>(() => claude.Adapter.PrepareEmbedding(ClaudeDriver.Call(claude.Config)));

        Assert.Equal((400, "model"), (problem.Status, problem.Param));
        Assert.Contains("another provider", problem.Message, StringComparison.Ordinal);
        Assert.Empty(claude.Server.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connection_that_breaks_cuts_the_reply(bool stream)
    {
        var text = stream ? Replay.Text("claude/cut.sse") : Replay.Text("claude/whole.json")[..40];
        await using var claude = await ClaudeDriver.StartAsync((context, _) => Replay.Break(text, stream ? "cut.sse" : "partial")(context));
        var call = ClaudeDriver.Call(claude.Config, stream: stream);

        var problem = await Assert.ThrowsAsync<ProviderException>(() => stream ? claude.StreamAsync(call) : claude.ChatAsync(call));

        Assert.Equal(ProviderFailure.CutStream, problem.Failure);
    }

    [Fact]
    public async Task Models_are_listed_page_by_page()
    {
        await using var claude = await ClaudeDriver.StartAsync((context, _) =>
            ClaudeDriver.FileAsync(context, context.Request.Query.ContainsKey("after_id") ? "models_last.json" : "models_first.json"));

        var models = await claude.ListAsync();

        Assert.Equal(["/v1/models?limit=1000", "/v1/models?limit=1000&after_id=claude-sonnet-4-6"], claude.Server.Requests.Select(request => request.PathAndQuery));
        Assert.All(claude.Server.Requests, request => Assert.Equal(("GET", ClaudeDriver.Key), (request.Method, request.Headers["x-api-key"])));
        Assert.Equal(
            [
                new ModelListing("claude-opus-4-6", new DateTimeOffset(2026, 2, 4, 0, 0, 0, TimeSpan.Zero), "anthropic", 200_000),
                new ModelListing("claude-sonnet-4-6", new DateTimeOffset(2026, 2, 17, 0, 0, 0, TimeSpan.Zero), "anthropic"),
                new ModelListing("claude-haiku-4-5-20251001", new DateTimeOffset(2025, 10, 15, 0, 0, 0, TimeSpan.Zero), "anthropic"),
            ], models);
    }

    [Fact]
    public async Task List_of_models_that_never_ends_is_a_fault()
    {
        await using var claude = await ClaudeDriver.StartAsync("models_first.json");

        var problem = await Assert.ThrowsAsync<ProviderException>(claude.ListAsync);

        Assert.Equal((ProviderFailure.Protocol, 20), (problem.Failure, claude.Server.Requests.Count));
    }
}
