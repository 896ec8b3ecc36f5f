using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Testing;
using static Lakehouse.Gateway.Tests.Keys.KeyCalls;

namespace Lakehouse.Gateway.Tests.Keys;

/// <summary>What one gateway process changes, another knows.</summary>
public sealed class TwoGatewaysTests(TestPostgres postgres)
{
    // within a test nobody reads Postgres again by the clock: what is known came by an announcement or a question
    private static readonly (string, string) Never = ("KeyRefresh:Interval", "00:05:00");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RedisKind.Garnet)]
    [InlineData(RedisKind.Real)]
    public async Task Change_by_one_process_holds_in_the_other(RedisKind kind)
    {
        await using var redis = await TestRedis.StartAsync(kind, Cancelled);
        await using var model = await OllamaStub.StartAsync();
        var database = await postgres.CreateGatewayDatabaseAsync(Cancelled);
        await using var first = await GatewayProcess.StartAsync(database, redis.ConnectionString, model.Url, Settings(Never));
        await using var second = await GatewayProcess.StartAsync(database, redis.ConnectionString, model.Url, Settings(Never));

        // made: at once, without waiting for any announcement
        var (id, key) = await first.Client.CreateAsync();
        Assert.Equal(Admitted, await second.Client.UseAsync(key));

        // rotated without grace: the old text dies on the other
        var rotated = (await first.Client.OkAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate", new JsonObject { ["grace_seconds"] = 0 }))["key"]!.ToString();
        await Eventually.TrueAsync(async () => await second.Client.UseAsync(key) == Refused, Cancelled);
        Assert.Equal(Admitted, await second.Client.UseAsync(rotated));

        // revoked
        await first.Client.OkAsync(HttpMethod.Delete, $"/v1/keys/{id}");
        Assert.Equal(Refused, await first.Client.UseAsync(rotated));
        await Eventually.TrueAsync(async () => await second.Client.UseAsync(rotated) == Refused, Cancelled);

        // limits
        await first.Client.OkAsync(HttpMethod.Put, "/v1/budgets/bot", new JsonObject { ["calls"] = 1 });
        await Eventually.GetAsync(() => second.Client.GetJsonAsync("/v1/budgets/bot"), view => view["caps"]!["calls"]!.GetValue<long>() == 1, Cancelled);
        using var granted = await second.Client.ChatAsync(Calls.Hello());
        using var denied = await second.Client.ChatAsync(Calls.Hello());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (granted.StatusCode, denied.StatusCode));
    }

    [Theory]
    [InlineData(RedisKind.Garnet)]
    [InlineData(RedisKind.Real)]
    public async Task Announcement_missed_while_redis_was_away_is_made_up_for_when_it_is_back(RedisKind kind)
    {
        await using var redis = await TestRedis.StartAsync(kind, Cancelled);
        await using var model = await OllamaStub.StartAsync();
        var database = await postgres.CreateGatewayDatabaseAsync(Cancelled);
        await using var first = await GatewayProcess.StartAsync(database, redis.ConnectionString, model.Url, Settings(Never));
        await using var second = await GatewayProcess.StartAsync(database, redis.ConnectionString, model.Url, Settings(Never));
        var (id, key) = await first.Client.CreateAsync();
        var (_, other) = await first.Client.CreateAsync();
        Assert.Equal((Admitted, Admitted), (await second.Client.UseAsync(key), await second.Client.UseAsync(other)));
        await redis.KillAsync();

        await first.Client.OkAsync(HttpMethod.Delete, $"/v1/keys/{id}");
        Assert.Equal(Refused, await first.Client.UseAsync(key));
        await redis.RestartAsync(Cancelled);

        await Eventually.TrueAsync(async () => await second.Client.UseAsync(key) == Refused, Cancelled);
        Assert.Equal(Admitted, await second.Client.UseAsync(other));

        // either may find its way back to Redis later than the other, and what is said meanwhile nobody hears: it is said until it is heard
        await Eventually.TrueAsync(async () =>
        {
            var (next, text) = await first.Client.CreateAsync();
            Assert.Equal(Admitted, await second.Client.UseAsync(text));
            await first.Client.OkAsync(HttpMethod.Delete, $"/v1/keys/{next}");
            return await second.Client.UseAsync(text) == Refused;
        }, Cancelled);
    }

    [Fact]
    public async Task Gateways_that_do_not_hear_each_other_read_again_every_few_seconds()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var first = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        // another Redis, so no announcement arrives
        await using var deaf = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings(("ConnectionStrings:lakehouse", first.Database), ("KeyRefresh:Interval", "00:00:00.1")));
        using var client = first.CreateClient();
        using var other = deaf.CreateClient();
        var (id, key) = await client.CreateAsync();
        Assert.Equal(Admitted, await other.UseAsync(key));

        await client.OkAsync(HttpMethod.Delete, $"/v1/keys/{id}");
        await client.OkAsync(HttpMethod.Put, "/v1/budgets/ci", new JsonObject { ["tokens"] = 5 });

        await Eventually.TrueAsync(async () => await other.UseAsync(key) == Refused, Cancelled);
        // until it has read, the consumer is one that it has never heard of
        await Eventually.TrueAsync(async () =>
        {
            using var response = await other.SendAsync(HttpMethod.Get, "/v1/budgets/ci");
            return response.IsSuccessStatusCode && (await response.JsonAsync())["caps"]!["tokens"]!.GetValue<long>() == 5;
        }, Cancelled);
    }

    [Fact]
    public async Task Text_of_a_key_is_in_no_log_however_much_is_logged()
    {
        await using var redis = await TestRedis.StartAsync(RedisKind.Garnet, Cancelled);
        await using var model = await OllamaStub.StartAsync();
        var database = await postgres.CreateGatewayDatabaseAsync(Cancelled);
        await using var gateway = await GatewayProcess.StartAsync(database, redis.ConnectionString, model.Url, Settings(("Logging:LogLevel:Default", "Trace"), ("Logging:LogLevel:Microsoft.AspNetCore", "Trace")));
        var client = gateway.Client;
        var (id, key) = await client.CreateAsync();
        var rotated = (await client.OkAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate"))["key"]!.ToString();
        var unknown = "lh_ci_" + new string('Z', 43);
        using var bad = await client.SendAsync(HttpMethod.Post, "/v1/keys", new JsonObject { ["consumer"] = "ci" }, rotated);
        Assert.Equal((Admitted, Admitted, Refused), (await client.UseAsync(key), await client.UseAsync(rotated), await client.UseAsync(unknown)));
        await client.OkAsync(HttpMethod.Delete, $"/v1/keys/{id}");

        await gateway.Process.WaitForLineAsync($"Key {id} of ci was revoked by operator.", Cancelled);

        Assert.Contains("/v1/usage", gateway.Process.Output, StringComparison.Ordinal);
        Assert.All([key[6..15], rotated[6..15], key[^43..], rotated[^43..], new string('Z', 43), OperatorKey, GatewayApp.BotKey], secret => Assert.DoesNotContain(secret, gateway.Process.Output, StringComparison.Ordinal));
    }
}
