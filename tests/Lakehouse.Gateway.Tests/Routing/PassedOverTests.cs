using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Routing;

/// <summary>A candidate that may not be paid for is passed over like one that does not answer, and the dry run says the same.</summary>
public sealed class PassedOverTests(TestPostgres postgres)
{
    [Theory]
    [InlineData("Budgets:Providers:dear:Calls", "0", "", "budget_exceeded")]
    [InlineData("Budgets:Consumers:bot:NanoUsd", "10000", "", "budget_exceeded")]
    [InlineData("Budgets:Consumers:bot:Calls", "20", "max_cost_nano_usd = 10000", "request_cost_exceeded")]
    public async Task Candidate_that_a_cap_refuses_is_passed_over_for_one_that_fits(string key, string cap, string limits, string decision)
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await StartAsync(model, limits, key, cap);
        using var client = gateway.As(GatewayApp.BotKey);
        var dry = Calls.Hello("auto");
        dry["dry_run"] = true;

        using var planned = await client.ChatAsync(dry);
        using var response = await client.ChatAsync(Calls.Hello("auto"));

        Assert.Equal([decision, "granted"], (await planned.JsonAsync())["chain"]!.AsArray().Select(target => target!["decision"]!.ToString()));
        Assert.Equal((HttpStatusCode.OK, "cheap", "1"), (response.StatusCode, response.Header("x-lakehouse-provider"), response.Header("x-lakehouse-attempts")));
        Assert.Single(model.Requests);
    }

    [Fact]
    public async Task Budget_that_no_candidate_fits_is_told_with_its_scope()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await StartAsync(model, "", "Budgets:Consumers:bot:NanoUsd", "10");
        using var client = gateway.As(GatewayApp.BotKey);

        using var response = await client.ChatAsync(Calls.Hello("auto"));

        Assert.Equal((HttpStatusCode.TooManyRequests, "budget_exceeded"), (response.StatusCode, await response.ErrorCodeAsync()));
        Assert.Equal(("consumer:bot", "10"), (response.Header("x-lakehouse-budget-scope"), response.Header("x-lakehouse-budget-remaining-nano-usd")));
        Assert.Empty(model.Requests);
    }

    private Task<GatewayApp> StartAsync(StubServer model, string limits, string key, string cap) => GatewayApp.StartAsync(postgres, model.Url, settings: new()
    {
        ["Providers:File"] = TestConfig.Providers(Provider("dear", model.Url, 1000) + Provider("cheap", model.Url, 1)),
        ["Routing:File"] = TestConfig.Routing($"[limits]\n{limits}\n[[rule]]\nname = \"auto\"\nmodel = \"auto\"\nchain = [\"dear/m\", \"cheap/m\"]\n"),
        ["Providers:ollama:base_url"] = null, ["Providers:ollama_cloud:base_url"] = null, [key] = cap,
    });

    private static string Provider(string name, string url, int price) => $"""
        [{name}]
        kind = "ollama"
        base_url = "{url}"
        paid = true
        [[{name}.models]]
        name = "m"
        input_nano_usd_per_token = {price}
        output_nano_usd_per_token = {price}
        source_url = "https://example.com/prices"
        as_of = "2026-01-01"

        """;
}
