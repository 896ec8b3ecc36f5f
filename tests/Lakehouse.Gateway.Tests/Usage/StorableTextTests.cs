using Lakehouse.Gateway.Requests;
using Lakehouse.Gateway.Usage;
using Lakehouse.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Lakehouse.Gateway.Tests.Usage;

/// <summary>No text keeps a call out of the ledger.</summary>
public sealed class StorableTextTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Text_loses_what_postgres_refuses()
    {
        Assert.Equal("ab", StorableText.Of("a\0b\0"));
        Assert.Equal("half \ufffd", StorableText.Of("half \ud83d"));
        Assert.Equal("whole 😀", StorableText.Of("whole 😀"));
    }

    [Fact]
    public async Task Vendor_that_writes_a_nul_into_its_error_is_in_the_ledger()
    {
        await using var model = await OllamaStub.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 400;
            return OllamaStub.LinesAsync(context, """{"error":"no \u0000 such thing"}""");
        });
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var bot = gateway.As(GatewayApp.BotKey);

        using var response = await bot.ChatAsync(Calls.Hello());
        var usage = await Eventually.GetAsync(() => bot.GetJsonAsync("/v1/usage"), answer => answer["totals"]!["requests"]!.GetValue<long>() == 1, Cancelled);

        Assert.Equal("upstream_invalid_request", await response.ErrorCodeAsync());
        Assert.Equal(1, usage["totals"]!["errors"]!.GetValue<long>());
        Assert.Equal(0, await gateway.Counters.ListLengthAsync("lh:{b}:rejected"));
    }

    [Fact]
    public async Task Refusal_that_postgres_does_not_take_leaves_the_others_of_its_batch()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        var log = gateway.Services.GetRequiredService<RefusalLog>();

        foreach (var (id, task) in new[] { ("req_first", "a"), ("req_odd", "\0"), ("req_last", "b") })
        {
            log.Add(new(id, TimeProvider.System.GetUtcNow(), "bot", "m", task, null, 400, "invalid_request", "said so", null, null));
        }

        foreach (var id in new[] { "req_first", "req_last" })
        {
            var past = await Eventually.GetAsync(() => bot.GetJsonAsync($"/v1/requests/{id}"), answer => answer["error"]?["code"]?.ToString() != "request_not_found", Cancelled);
            Assert.Equal(id, past["id"]?.ToString() ?? past["request_id"]?.ToString());
        }
    }
}
