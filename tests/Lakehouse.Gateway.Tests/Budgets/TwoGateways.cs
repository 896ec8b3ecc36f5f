using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Tests.Budgets;

/// <summary>Two real gateway processes on one Redis and one Postgres, started once for many cases; each case has a consumer of its
/// own, whose name is also the model's, so that it says how the model behaves.</summary>
public sealed class TwoGateways(TestPostgres postgres) : IAsyncLifetime
{
    /// <summary>What each consumer may spend of a day.</summary>
    internal static readonly Dictionary<string, (string Cap, long Amount)> Consumers = new(StringComparer.Ordinal)
    {
        ["cancel"] = ("Calls", 6), ["unlimited"] = ("Tokens", 20_000), ["absent"] = ("Tokens", 800), ["zero"] = ("Tokens", 800), ["twice"] = ("Tokens", 400),
        ["nonempty"] = ("Tokens", 400), ["outage"] = ("Calls", 6), ["swept"] = ("Calls", 2),
    };

    private readonly ConcurrentDictionary<string, Func<HttpContext, JsonNode, Task>> _behaviours = new(StringComparer.Ordinal);
    private readonly List<GatewayProcess> _gateways = [];
    private StubServer? _model;
    private ConnectionMultiplexer? _counters;

    internal TestRedis Redis { get; private set; } = null!;

    internal StubServer Model => _model!;

    public async ValueTask InitializeAsync()
    {
        var cancelled = TestContext.Current.CancellationToken;
        Redis = await TestRedis.StartAsync(RedisKind.Real, cancelled);
        _model = await OllamaStub.StartAsync((context, body) => _behaviours[body["model"]!.ToString()](context, body));
        var settings = new Dictionary<string, string?>
        {
            ["Budgets:SweepInterval"] = "00:00:00.2", ["Budgets:StoreTimeout"] = "00:00:05",
            ["Providers:File"] = TestConfig.Providers($"""
                [ollama]
                kind = "ollama"
                base_url = "{_model.Url}"
                paid = false
                [ollama_cloud]
                kind = "ollama"
                base_url = "{_model.Url}"
                paid = false
                [vendor]
                kind = "openai"
                base_url = "{_model.Url}"
                paid = false
                """),
        };
        foreach (var (consumer, (cap, amount)) in Consumers)
        {
            (settings[$"Keys:{consumer}"], settings[$"Budgets:Consumers:{consumer}:{cap}"]) = (Key(consumer), $"{amount}");
        }

        var database = await postgres.CreateGatewayDatabaseAsync(cancelled);
        _gateways.AddRange(await Task.WhenAll(GatewayProcess.StartAsync(database, Redis.ConnectionString, _model.Url, settings), GatewayProcess.StartAsync(database, Redis.ConnectionString, _model.Url, settings)));
        _counters = await ConnectionMultiplexer.ConnectAsync(Redis.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        _counters?.Dispose();
        foreach (var gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }

        await Redis.DisposeAsync();
        if (_model is not null)
        {
            await _model.DisposeAsync();
        }
    }

    internal void Plays(string consumer, Func<HttpContext, JsonNode, Task> behaviour) => _behaviours[consumer] = behaviour;

    /// <summary>One call, through the first gateway or the second by turns.</summary>
    internal async Task<HttpResponseMessage> AskAsync(string consumer, int turn, JsonObject body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat") { Content = new StringContent(body.ToJsonString()) };
        request.Headers.Authorization = new("Bearer", Key(consumer));
        return await _gateways[turn % 2].Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>What must hold when a case is over: nothing is held, nobody overspent, and the ledger has every call that was charged.</summary>
    /// <returns>Tokens that were charged.</returns>
    internal async Task<long> SettledAsync(string consumer, int calls)
    {
        var cancelled = TestContext.Current.CancellationToken;
        var budget = await Eventually.GetAsync(() => ReadAsync(consumer, 0, $"/v1/budgets/{consumer}"), view => Number(view, "used", "calls") == calls && Number(view, "held", "calls") == 0, cancelled);
        var usage = await Eventually.GetAsync(() => ReadAsync(consumer, 1, $"/v1/usage?consumer={consumer}"), view => Number(view, "totals", "requests") == calls, cancelled);
        var (cap, amount) = Consumers[consumer];
        Assert.True(Number(budget, "used", cap == "Calls" ? "calls" : "tokens") <= amount, budget.ToJsonString());
        Assert.Equal((0, 0), (Number(budget, "held", "tokens"), Number(budget, "held", "nano_usd")));
        Assert.Equal((calls, Number(budget, "used", "tokens")), (Number(usage, "totals", "calls"), Number(usage, "totals", "charged_tokens")));
        var counters = _counters!.GetDatabase();
        Assert.Equal(0, await counters.SortedSetLengthAsync("lh:{b}:holds"));
        await Eventually.TrueAsync(async () => await counters.ListLengthAsync("lh:{b}:records") + await counters.ListLengthAsync("lh:{b}:draining") == 0, cancelled);
        Assert.Equal(0, await counters.ListLengthAsync("lh:{b}:rejected"));
        return Number(budget, "used", "tokens")!.Value;
    }

    private async Task<JsonNode> ReadAsync(string consumer, int turn, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", Key(consumer));
        using var response = await _gateways[turn].Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.JsonAsync();
    }

    private static long? Number(JsonNode view, string part, string name) => view[part]?[name]?.GetValue<long>();

    private static string Key(string consumer) => $"key-of-{consumer}-0123456789";
}
