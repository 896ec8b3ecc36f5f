using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Sessions;
using Lakehouse.Gateway.Usage;
using Lakehouse.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Lakehouse.Gateway.Tests.Sessions;

public sealed class SessionHistoryTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_gateways_that_append_to_one_session_lose_no_turn()
    {
        const int writers = 60;
        await using var redis = await TestRedis.StartAsync(RedisKind.Garnet, Cancelled);
        var database = await postgres.CreateGatewayDatabaseAsync(Cancelled);
        await using var first = await GatewayProcess.StartAsync(database, redis.ConnectionString, "http://127.0.0.1:1");
        await using var second = await GatewayProcess.StartAsync(database, redis.ConnectionString, "http://127.0.0.1:1");
        var id = await SessionsTests.CreateAsync(first.Client);

        var places = await Task.WhenAll(Enumerable.Range(0, writers).Select(async writer =>
        {
            using var appended = await SessionsTests.AppendAsync((writer % 2 == 0 ? first : second).Client, id,
                $$"""{"role":"user","content":"ask {{writer}}"}""", $$"""{"role":"assistant","content":"answer {{writer}}"}""");
            Assert.Equal(HttpStatusCode.OK, appended.StatusCode);
            var answer = await appended.JsonAsync();
            return (First: answer["first_seq"]!.GetValue<long>(), Last: answer["last_seq"]!.GetValue<long>());
        }));

        Assert.All(places, place => Assert.Equal(place.First + 1, place.Last));
        var read = await second.Client.GetJsonAsync($"/v1/sessions/{id}?limit=500");
        var stored = read["messages"]!.AsArray();
        Assert.Equal(Enumerable.Range(1, 2 * writers).Select(seq => (long)seq), stored.Select(message => message!["seq"]!.GetValue<long>()));
        for (var writer = 0; writer < writers; writer++)
        {
            Assert.Equal($"ask {writer}", stored[(int)places[writer].First - 1]!["message"]!["content"]!.ToString());
            Assert.Equal($"answer {writer}", stored[(int)places[writer].Last - 1]!["message"]!["content"]!.ToString());
        }
    }

    [Fact]
    public async Task Turn_is_stored_whole_and_once_for_each_request()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        var id = await SessionsTests.CreateAsync(bot);
        var history = gateway.Services.GetRequiredService<SessionHistory>();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => history.StoreAsync(id, "bot", "req_1", [Message("user", "one"), Message("user", "more")], Message("assistant", "two"), Cancelled)));
        await history.StoreAsync(id, "bot", "req_2", [Message("user", "three")], Message("assistant", "four"), Cancelled);

        var turns = await history.LoadAsync(id, "bot", Cancelled);
        Assert.Equal(["one", "more", "two", "three", "four"], turns.Messages.Select(message => message["content"]!.ToString()));
        Assert.Equal(["req_1", "req_1", "req_1", "req_2", "req_2"], turns.Stored.Select(message => message.RequestId));
        Assert.Equal(0, turns.NotLoaded);
    }

    [Fact]
    public async Task Foreign_or_unknown_session_is_404_for_the_chat_path()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        var id = await SessionsTests.CreateAsync(bot);
        var history = gateway.Services.GetRequiredService<SessionHistory>();

        var foreign = await Assert.ThrowsAsync<ApiError>(() => history.LoadAsync(id, "lab", Cancelled));
        var unknown = await Assert.ThrowsAsync<ApiError>(() => history.StoreAsync($"ses_{new string('0', 32)}", "bot", "req_1", [], Message("assistant", "x"), Cancelled));

        var odd = await Assert.ThrowsAsync<ApiError>(() => history.LoadAsync("ses_\0", "bot", Cancelled));

        Assert.Equal((404, "session_not_found"), (foreign.Status, foreign.Code));
        Assert.Equal((404, "session_not_found"), (odd.Status, odd.Code));
        Assert.Equal((404, "session_not_found"), (unknown.Status, unknown.Code));
    }

    [Fact]
    public async Task Session_with_a_budget_brings_it_along_and_old_bulk_is_not_loaded_but_instructions_are()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        using var bot = gateway.As(GatewayApp.BotKey);
        using var created = await bot.PostAsync("/v1/sessions", new StringContent("""{"budget":{"tokens":9}}"""), Cancelled);
        var id = (await created.JsonAsync())["id"]!.ToString();
        using var instructed = await SessionsTests.AppendAsync(bot, id, """{"role":"system","content":"Be brief."}""");
        for (var index = 0; index < 6; index++)
        {
            using var appended = await SessionsTests.AppendAsync(bot, id, $$"""{"role":"user","content":"{{new string('x', (4 << 20) - 100)}}"}""");
        }

        var turns = await gateway.Services.GetRequiredService<SessionHistory>().LoadAsync(id, "bot", Cancelled);

        Assert.Equal((null, 9L, null), (turns.Budget.Calls, turns.Budget.Tokens, turns.Budget.NanoUsd));
        Assert.Equal([1L, 3, 4, 5, 6, 7], turns.Stored.Select(message => message.Seq));
        Assert.Equal(1, turns.NotLoaded);
    }

    [Fact]
    public async Task Postgres_that_is_away_is_said_to_be()
    {
        await using var away = Npgsql.NpgsqlDataSource.Create($"Host=127.0.0.1;Port={FreePort.Next()};Username=x;Database=x;Timeout=5");

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => new SessionStore(away, TimeProvider.System).GetAsync($"ses_{new string('0', 32)}", "bot", Cancelled));
    }

    private static JsonObject Message(string role, string content) => new() { ["role"] = role, ["content"] = content };
}
