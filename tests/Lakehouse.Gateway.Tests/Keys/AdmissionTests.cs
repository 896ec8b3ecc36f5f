using System.Net;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Keys;

public sealed class AdmissionTests(TestPostgres postgres)
{
    [Fact]
    public async Task Keyless_call_is_local_on_this_machine_and_refused_from_a_web_page()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, null));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, null, ("Origin", "http://localhost:3300")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, null, ("Origin", "https://evil.example")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, null, ("Origin", "null")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, null, ("Host", "evil.example")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, "wrong-key"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, GatewayApp.BotKey));
        Assert.Equal(3, model.Requests.Count);
    }

    [Fact]
    public async Task Production_needs_a_key_for_every_route()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { ["environment"] = "Production" });
        using var keyless = gateway.As(null);
        using var keyed = gateway.As(GatewayApp.BotKey);

        foreach (var path in new[] { "/v1/usage", "/v1/budgets/bot" })
        {
            using var refused = await keyless.GetAsync(path, TestContext.Current.CancellationToken);
            using var admitted = await keyed.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.Unauthorized, "missing_api_key"), (refused.StatusCode, await refused.ErrorCodeAsync()));
            Assert.Equal(HttpStatusCode.OK, admitted.StatusCode);
        }

        using var chat = await keyless.ChatAsync(Calls.Hello());
        Assert.Equal(HttpStatusCode.Unauthorized, chat.StatusCode);
        Assert.Empty(model.Requests);
    }

    [Fact]
    public async Task Consumer_is_the_keys_and_no_header_changes_it()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var bot = gateway.As(GatewayApp.BotKey);
        bot.DefaultRequestHeaders.Add("x-lakehouse-consumer", "lab");

        using var response = await bot.ChatAsync(Calls.Hello());

        Assert.Equal(1, (await bot.GetJsonAsync("/v1/budgets/bot"))["used"]!["calls"]!.GetValue<long>());
    }

    private static async Task<HttpStatusCode> StatusAsync(GatewayApp gateway, string? key, params (string Name, string Value)[] headers)
    {
        using var client = gateway.As(key);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat") { Content = new StringContent(Calls.Hello().ToJsonString()) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
