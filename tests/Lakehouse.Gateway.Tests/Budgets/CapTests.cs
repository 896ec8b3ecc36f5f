using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Chat;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Budgets;

/// <summary>Each kind of scope and of cap refuses, says so in the message and the headers, and sends nothing.</summary>
public sealed class CapTests(TestPostgres postgres)
{
    [Theory]
    // a call holds 82 tokens and 5,320 nano-USD at most, and uses 29 and 1,190
    [InlineData("Budgets:Global:Calls", "1", "global", "calls", "0", "is spent: 1 used and 0 held of 1 calls today; it resets at ", "Z.")]
    [InlineData("Budgets:Global:Tokens", "100", "global", "tokens", "71", "has 71 tokens left, and the call may take 82: 29 used and 0 held of 100 tokens today; it resets at ", " With max_tokens 39 it would fit; clamp chooses that by itself.")]
    [InlineData("Budgets:Global:NanoUsd", "6000", "global", "nano-usd", "4810", "has 4810 nano_usd left, and the call may take 5320: 1190 used and 0 held of 6000 nano_usd today; it resets at ", " With max_tokens 44 it would fit; clamp chooses that by itself.")]
    [InlineData("Budgets:Providers:openai:Calls", "1", "provider:openai", "calls", "0", "is spent: 1 used and 0 held of 1 calls today; it resets at ", "Z.")]
    [InlineData("Budgets:Providers:openai:Tokens", "100", "provider:openai", "tokens", "71", "has 71 tokens left, and the call may take 82: 29 used and 0 held of 100 tokens today; it resets at ", " With max_tokens 39 it would fit; clamp chooses that by itself.")]
    [InlineData("Budgets:Providers:openai:NanoUsd", "6000", "provider:openai", "nano-usd", "4810", "has 4810 nano_usd left, and the call may take 5320: 1190 used and 0 held of 6000 nano_usd today; it resets at ", " With max_tokens 44 it would fit; clamp chooses that by itself.")]
    [InlineData("Budgets:Consumers:open:NanoUsd", "6000", "consumer:open", "nano-usd", "4810", "has 4810 nano_usd left, and the call may take 5320: 1190 used and 0 held of 6000 nano_usd today; it resets at ", " With max_tokens 44 it would fit; clamp chooses that by itself.")]
    [InlineData("Budgets:Consumers:open:Tokens", "100", "consumer:open", "tokens", "71", "has 71 tokens left, and the call may take 82: 29 used and 0 held of 100 tokens today; it resets at ", " With max_tokens 39 it would fit; clamp chooses that by itself.")]
    public async Task Second_call_is_denied_by_the_cap_and_the_headers_say_what_it_has_left(string key, string cap, string scope, string dimension, string left, string said, string advice)
    {
        await using var house = await VendorHouse.StartAsync(postgres, settings: new() { [key] = cap });

        using var granted = await house.AskAsync(VendorHouse.Open, "/v1/chat", "openai/m");
        using var denied = await house.AskAsync(VendorHouse.Open, "/v1/chat", "openai/m");

        Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
        Assert.Equal((HttpStatusCode.TooManyRequests, "budget_exceeded"), (denied.StatusCode, await denied.ErrorCodeAsync()));
        var message = (await denied.JsonAsync())["error"]!["message"]!.ToString();
        Assert.StartsWith($"The budget of {scope} {said}", message, StringComparison.Ordinal);
        Assert.EndsWith(advice, message, StringComparison.Ordinal);
        Assert.Equal((scope, left), (Header(denied, "x-lakehouse-budget-scope"), Header(denied, $"x-lakehouse-budget-remaining-{dimension}")));
        Assert.Single(denied.Headers, header => header.Key.StartsWith("x-lakehouse-budget-remaining-", StringComparison.Ordinal));
        Assert.Equal(TimeSpan.Zero, DateTimeOffset.Parse(Header(denied, "x-lakehouse-budget-resets-at")!, CultureInfo.InvariantCulture).TimeOfDay);
        Assert.Single(house.Vendor.Requests);
    }

    [Fact]
    public async Task Cap_of_a_provider_leaves_the_other_providers_alone()
    {
        await using var house = await VendorHouse.StartAsync(postgres, settings: new() { ["Budgets:Providers:openai:Calls"] = "0" });

        using var denied = await house.AskAsync(VendorHouse.Open, "/v1/chat", "openai/m");
        using var other = await house.AskAsync(VendorHouse.Open, "/v1/chat", "claude/m");

        Assert.Equal("budget_exceeded", await denied.ErrorCodeAsync());
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    // the prompt's 32 tokens take 320 nano-USD, which leaves output for 20 tokens at 100
    [InlineData("NanoUsd", "2419", 20)]
    [InlineData("Tokens", "52", 20)]
    public async Task Clamp_shortens_the_answer_to_what_is_left_of_tokens_or_money(string cap, string amount, int most)
    {
        await using var house = await VendorHouse.StartAsync(postgres, settings: new() { [$"Budgets:Consumers:open:{cap}"] = amount });

        using var refused = await house.AskAsync(VendorHouse.Open, "/v1/chat", "openai/m");
        using var clamped = await house.AskAsync(VendorHouse.Open, "/v1/chat", "openai/m", """{"clamp":true}""");

        Assert.Equal("budget_exceeded", await refused.ErrorCodeAsync());
        Assert.Equal(HttpStatusCode.OK, clamped.StatusCode);
        Assert.Equal(most, JsonNode.Parse(Assert.Single(house.Vendor.Requests).Body)!["max_tokens"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("Budgets:Global:Tokens", "100", "global")]
    [InlineData("Budgets:Global:Tokens", "1000000", "consumer:bot")]
    public async Task Headers_speak_of_the_scope_with_the_smallest_share_left(string key, string cap, string tightest)
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { [key] = cap });
        using var bot = gateway.As(GatewayApp.BotKey);

        using var response = await bot.ChatAsync(Calls.Hello());

        // the bot has 19 of 20 calls left
        Assert.Equal(tightest, Header(response, "x-lakehouse-budget-scope"));
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.Single() : null;
}
