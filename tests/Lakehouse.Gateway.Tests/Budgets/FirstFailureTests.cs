using System.Net;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Budgets;

/// <summary>An attempt that failed is what the caller is told of, whatever keeps the next one from being made.</summary>
public sealed class FirstFailureTests(TestPostgres postgres)
{
    [Fact]
    public async Task Rate_that_stops_a_second_attempt_does_not_hide_why_the_first_failed()
    {
        await using var model = await OllamaStub.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { ["Budgets:Consumers:bot:RequestsPerMinute"] = "1" });
        using var bot = gateway.As(GatewayApp.BotKey);

        using var failed = await bot.ChatAsync(Calls.Hello());
        using var limited = await bot.ChatAsync(Calls.Hello());

        Assert.Equal((HttpStatusCode.BadGateway, "upstream_unavailable"), (failed.StatusCode, await failed.ErrorCodeAsync()));
        Assert.Equal((HttpStatusCode.TooManyRequests, "rate_limited"), (limited.StatusCode, await limited.ErrorCodeAsync()));
        Assert.Single(model.Requests);
    }

    [Fact]
    public async Task Redis_that_goes_away_with_an_attempt_does_not_hide_why_it_failed()
    {
        GatewayApp? gateway = null;
        await using var model = await OllamaStub.StartAsync(async (context, _) =>
        {
            await gateway!.Redis.KillAsync();
            context.Response.StatusCode = 500;
        });
        await using var started = gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var bot = gateway.As(GatewayApp.BotKey);

        using var failed = await bot.ChatAsync(Calls.Hello());

        Assert.Equal((HttpStatusCode.BadGateway, "upstream_unavailable"), (failed.StatusCode, await failed.ErrorCodeAsync()));
        Assert.Single(model.Requests);
    }
}
