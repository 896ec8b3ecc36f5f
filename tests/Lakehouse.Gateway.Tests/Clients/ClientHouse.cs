using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Clients;

/// <summary>The gateway on a real port with four vendors behind it, for the official clients: nothing here knows of them.</summary>
public sealed class ClientHouse(TestPostgres postgres) : IAsyncLifetime
{
    public const string Key = GatewayApp.BotKey;

    /// <summary>Of a consumer that may not make any call today.</summary>
    public const string SpentKey = GatewayApp.LabKey;

    /// <summary>The names that the recordings call.</summary>
    internal static readonly string[] Tools = ["get_current_weather", "get_weather", "get_time", "sum"];

    // clients repeat by themselves, and are to be seen doing it
    private const string Routing = """
        [limits]
        retries_per_candidate = 0
        [breaker]
        failures = 100

        """;

    private static readonly JsonNode Known = JsonNode.Parse(File.ReadAllText(Path.Combine(Built.Checkout, "tests/Lakehouse.Gateway.Tests/Clients/vendors.json")))!;

    private readonly Dictionary<string, VendorStub> _vendors = [];
    private GatewayApp _gateway = null!;

    public static TheoryData<string> Vendors => [.. Known["vendors"]!.AsObject().Select(vendor => vendor.Key)];

    /// <summary>A PNG in base64.</summary>
    public static string Picture => Known["picture"]!.ToString();

    /// <summary>What the recordings of a vendor say, as both kinds of clients see it.</summary>
    public static JsonNode Says(string vendor) => Known["vendors"]![vendor]!;

    /// <summary>Of the gateway, without a slash at its end.</summary>
    public string Url { get; private set; } = "";

    internal VendorStub this[string vendor] => _vendors[vendor];

    public async ValueTask InitializeAsync()
    {
        var providers = "";
        foreach (var row in Vendors)
        {
            var vendor = row.Data;
            var stub = _vendors[vendor] = await VendorStub.StartAsync(vendor);
            providers += $"""
                [{vendor}]
                kind = "{vendor}"
                base_url = "{stub.Url}"
                paid = false

                """;
        }

        _gateway = await GatewayApp.StartAsync(postgres, _vendors["ollama"].Url, listens: true, settings: new()
        {
            ["Providers:File"] = TestConfig.Providers(providers), ["Routing:File"] = TestConfig.Routing(Routing),
            // the shipped providers are not in this file
            ["Providers:ollama:base_url"] = null, ["Providers:ollama_cloud:base_url"] = null,
            ["Budgets:Consumers:bot:Calls"] = "100000", ["Budgets:Consumers:bot:Tokens"] = "1000000000",
            ["Budgets:Consumers:lab:Calls"] = "0",
        });
        Url = _gateway.ClientOptions.BaseAddress.ToString().TrimEnd('/');
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (var vendor in _vendors.Values)
        {
            await vendor.DisposeAsync();
        }
    }
}

/// <summary>One house for the clients that run in this process, because it takes seconds to build.</summary>
[CollectionDefinition]
public sealed class SharedClientHouse : ICollectionFixture<ClientHouse>;
