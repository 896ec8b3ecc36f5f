using System.Text.Json.Nodes;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Routing;

/// <summary>A gateway with three providers, each played by a stub of its own, and a rule that asks them in order for the model "auto".</summary>
internal sealed class ChainApp : IAsyncDisposable
{
    private ChainApp(GatewayApp gateway, StubServer[] models) => (Gateway, Models) = (gateway, models);

    public GatewayApp Gateway { get; }

    /// <summary>first, second, third.</summary>
    public StubServer[] Models { get; }

    public HttpClient Client { get; private set; } = null!;

    /// <param name="limits">Lines of <c>[limits]</c>, and tables after it.</param>
    /// <param name="answers">What each provider does; without one it says hello.</param>
    public static async Task<ChainApp> StartAsync(
        TestPostgres postgres, string limits = "", Dictionary<string, string?>? settings = null, string rule = "", params Func<HttpContext, JsonNode, Task>?[] answers)
    {
        var models = new StubServer[3];
        for (var index = 0; index < models.Length; index++)
        {
            models[index] = await OllamaStub.StartAsync(answers.ElementAtOrDefault(index));
        }

        string[] names = ["first", "second", "third"];
        var providers = string.Concat(names.Select((name, index) => $"""
            [{name}]
            kind = "ollama"
            base_url = "{models[index].Url}"
            paid = true
            [[{name}.models]]
            name = "m"
            input_nano_usd_per_token = 10
            output_nano_usd_per_token = 100
            source_url = "https://example.com/prices"
            as_of = "2026-01-01"

            """));
        var routing = $"""
            [limits]
            {limits}
            [[rule]]
            name = "auto"
            model = "auto"
            chain = ["first/m", "second/m", "third/m"]
            {rule}
            """;
        var all = new Dictionary<string, string?>(settings ?? [])
        {
            ["Providers:File"] = TestConfig.Providers(providers), ["Routing:File"] = TestConfig.Routing(routing),
            // the shipped providers are not in this file
            ["Providers:ollama:base_url"] = null, ["Providers:ollama_cloud:base_url"] = null,
        };
        var gateway = await GatewayApp.StartAsync(postgres, models[0].Url, settings: all, listens: true);
        return new ChainApp(gateway, models) { Client = gateway.As(GatewayApp.BotKey) };
    }

    public int[] Asked() => [.. Models.Select(model => model.Requests.Count)];

    public static Func<HttpContext, JsonNode, Task> Status(int status, string? retryAfter = null) => async (context, _) =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        await context.Response.WriteAsync($$"""{"error":"status {{status}}"}""", context.RequestAborted);
    };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Gateway.DisposeAsync();
        foreach (var model in Models)
        {
            await model.DisposeAsync();
        }
    }
}
