using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Providers;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Chat;

/// <summary>A gateway in front of all paid vendors, each a recording that answers, and three consumers: one with a cap in tokens,
/// one with a cap in money, one without any.</summary>
internal sealed class VendorHouse : IAsyncDisposable
{
    public const string Tokens = GatewayApp.BotKey;
    public const string Money = "key-with-money-0123456789";
    public const string Open = "key-without-caps-0123456789";

    private static readonly string[] Names = ["ollama", "ollama_cloud", "openrouter", "gemini", "claude", "openai"];

    private VendorHouse(StubServer vendor, GatewayApp gateway) => (Vendor, Gateway) = (vendor, gateway);

    public StubServer Vendor { get; }

    public GatewayApp Gateway { get; }

    /// <param name="answers">By a part of the path what the vendor answers in place of a whole reply.</param>
    public static async Task<VendorHouse> StartAsync(TestPostgres postgres, Dictionary<string, string>? answers = null, Dictionary<string, string?>? settings = null)
    {
        var vendor = await StubServer.StartAsync(async (context, _) =>
        {
            var path = context.Request.Path.ToString();
            var file = (answers ?? []).FirstOrDefault(answer => path.Contains(answer.Key, StringComparison.Ordinal)).Value
                ?? (path.EndsWith("/messages", StringComparison.Ordinal) ? "claude/whole.json" : path.Contains("Content", StringComparison.Ordinal) ? "gemini/whole.json" : "openai/whole.json");
            await Replay.Answer(file)(context);
        }, TestContext.Current.CancellationToken);
        var all = new Dictionary<string, string?>
        {
            ["Providers:File"] = TestConfig.Providers(string.Concat(Names.Select(kind => Provider(kind, vendor.Url)))),
            ["Providers:ollama:base_url"] = vendor.Url, ["Providers:ollama_cloud:base_url"] = vendor.Url,
            ["Keys:money"] = Money, ["Budgets:Consumers:money:NanoUsd"] = "1000000000", ["Keys:open"] = Open, ["Budgets:Consumers:open:Calls"] = "",
        };
        foreach (var (key, value) in settings ?? [])
        {
            all[key] = value;
        }

        return new(vendor, await GatewayApp.StartAsync(postgres, vendor.Url, settings: all));
    }

    /// <param name="path"><c>/v1/chat</c> or <c>/v1/messages</c>.</param>
    /// <param name="fields">JSON that stands in the body beside or in place of the usual fields.</param>
    public async Task<HttpResponseMessage> AskAsync(string key, string path, string model, string fields = "{}")
    {
        var body = Calls.Hello(model);
        foreach (var (name, value) in JsonNode.Parse(fields)!.AsObject())
        {
            body[name] = value?.DeepClone();
        }

        using var client = Gateway.As(key);
        return await client.PostAsync(path, new StringContent(body.ToJsonString()), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Vendor.DisposeAsync();
    }

    private static string Provider(string name, string url) => $"""
        [{name}]
        kind = "{(name == "ollama_cloud" ? "ollama" : name)}"
        base_url = "{url}"
        paid = {(name == "ollama" ? "false" : "true")}
        [[{name}.models]]
        name = "m"
        input_nano_usd_per_token = 10
        output_nano_usd_per_token = 100
        source_url = "https://example.com/prices"
        as_of = "2026-01-01"

        """;
}
