using System.Net;
using Lakehouse.Gateway.Tests.Chat;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Usage;

/// <summary>A vendor that writes zeros did not count.</summary>
public sealed class ZeroUsageTests(TestPostgres postgres)
{
    [Theory]
    [InlineData("claude", false)]
    [InlineData("claude", true)]
    [InlineData("gemini", false)]
    [InlineData("gemini", true)]
    public async Task Answer_with_a_usage_of_zero_is_charged_at_its_bound(string vendor, bool stream)
    {
        var recording = $"{vendor}/zero-usage.{(stream ? "sse" : "json")}";
        await using var house = await VendorHouse.StartAsync(postgres, new() { ["/"] = recording });

        using var response = await house.AskAsync(VendorHouse.Money, "/v1/chat", $"{vendor}/m", $$"""{"stream":{{(stream ? "true" : "false")}}}""");
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var client = house.Gateway.As(VendorHouse.Money);
        var used = (await client.GetJsonAsync("/v1/budgets/money"))["used"]!;
        // 16 bytes of text and role, and what a message costs besides; at 10 and 100 nano-USD
        Assert.Equal((32 + 50, (32 * 10) + (50 * 100)), (used["tokens"]!.GetValue<long>(), used["nano_usd"]!.GetValue<long>()));
        var usage = await Eventually.GetAsync(() => client.GetJsonAsync("/v1/usage"), answer => answer["totals"]!["requests"]!.GetValue<long>() == 1, TestContext.Current.CancellationToken);
        Assert.Equal(1, usage["totals"]!["estimated"]!.GetValue<long>());
        Assert.True(usage["totals"]!["completion_tokens"]!.GetValue<long>() > 0, usage.ToJsonString());
    }
}
