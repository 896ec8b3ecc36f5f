using System.Net;
using Lakehouse.Testing;
using Npgsql;
using static Lakehouse.Gateway.Tests.Keys.KeyCalls;

namespace Lakehouse.Gateway.Tests.Keys;

/// <summary>Keys that are not in memory, and Postgres away.</summary>
public sealed class LookUpTests(TestPostgres postgres)
{
    private static readonly (HttpStatusCode, string?) Unavailable = (HttpStatusCode.ServiceUnavailable, "keys_unavailable");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unknown_key_is_looked_up_once_and_one_of_another_form_never()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings());
        using var client = gateway.CreateClient();
        var (_, known) = await client.CreateAsync();
        Assert.Equal((Admitted, Refused), (await client.UseAsync(known), await client.UseAsync(Garbage('a'))));

        // from here on every question fails
        await ExecuteAsync(gateway.Database, "alter table gateway.keys rename to hidden");

        Assert.Equal((Admitted, Refused, Unavailable), (await client.UseAsync(known), await client.UseAsync(Garbage('a')), await client.UseAsync(Garbage('b'))));
        Assert.Equal((Refused, Refused), (await client.UseAsync("garbage"), await client.UseAsync(Garbage('b')[..^1])));
        Assert.Equal(Admitted, await client.UseAsync(GatewayApp.BotKey));
    }

    [Fact]
    public async Task Flood_of_unknown_keys_is_one_question_at_a_time()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings(("KeyRefresh:Interval", "00:05:00")));
        using var client = gateway.CreateClient();
        var (_, known) = await client.CreateAsync();
        Assert.Equal(Admitted, await client.UseAsync(known));
        await using var connection = new NpgsqlConnection(gateway.Database);
        await connection.OpenAsync(Cancelled);
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);
        await using var hold = new NpgsqlCommand("lock table gateway.keys in access exclusive mode", connection, transaction);
        await hold.ExecuteNonQueryAsync(Cancelled);

        var flood = Enumerable.Range(0, 200).Select(index => client.UseAsync(Garbage((char)('A' + (index % 26)), index))).ToList();
        await Eventually.TrueAsync(async () => await WaitingAsync(gateway.Database) == 1, Cancelled);
        // a key in memory does not wait behind them
        Assert.Equal(Admitted, await client.UseAsync(known));
        Assert.Equal(1, await WaitingAsync(gateway.Database));
        await transaction.RollbackAsync(Cancelled);

        Assert.All(await Task.WhenAll(flood), answer => Assert.Equal(Refused, answer));
    }

    [Fact]
    public async Task Postgres_away_at_the_start_leaves_the_keys_of_the_configuration_and_says_503_to_others()
    {
        await using var model = await OllamaStub.StartAsync();
        var database = await postgres.CreateGatewayDatabaseAsync(Cancelled);
        await using var wire = new PostgresRelay(database);
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings(("ConnectionStrings:lakehouse", wire.ConnectionString), ("KeyRefresh:Interval", "00:00:00.1")));
        using var client = gateway.CreateClient();

        Assert.Equal(Unavailable, await client.UseAsync(Garbage('a')));
        using var forbidden = await client.SendAsync(HttpMethod.Get, "/v1/keys", key: GatewayApp.BotKey);
        using var unread = await client.SendAsync(HttpMethod.Get, "/v1/keys");
        using var unmade = await client.SendAsync(HttpMethod.Post, "/v1/keys", New());
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (forbidden.StatusCode, unread.StatusCode, unmade.StatusCode));
        Assert.Equal("keys_unavailable", await unmade.ErrorCodeAsync());

        wire.Mend();
        await Eventually.TrueAsync(async () => await client.UseAsync(Garbage('a')) == Refused, Cancelled);
        var (_, key) = await client.CreateAsync();
        await Eventually.TrueAsync(async () => await client.UseAsync(key) == Admitted, Cancelled);
    }

    [Fact]
    public async Task Postgres_away_later_leaves_the_keys_in_memory()
    {
        await using var model = await OllamaStub.StartAsync();
        var database = await postgres.CreateGatewayDatabaseAsync(Cancelled);
        await using var wire = new PostgresRelay(database);
        wire.Mend();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: Settings(("ConnectionStrings:lakehouse", wire.ConnectionString), ("KeyRefresh:Interval", "00:00:00.1")));
        using var client = gateway.CreateClient();
        var (id, key) = await client.CreateAsync();
        await client.OkAsync(HttpMethod.Put, "/v1/budgets/ci", new System.Text.Json.Nodes.JsonObject { ["calls"] = 7 });
        Assert.Equal((Admitted, HttpStatusCode.OK), (await client.UseAsync(key), (await ChatAsync(gateway, key)).Status));
        await wire.CutAsync();

        var (status, remaining) = await ChatAsync(gateway, key);
        using var revoke = await client.SendAsync(HttpMethod.Delete, $"/v1/keys/{id}");

        Assert.Equal((HttpStatusCode.OK, "5"), (status, remaining));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "keys_unavailable"), (revoke.StatusCode, await revoke.ErrorCodeAsync()));
        Assert.Equal(Unavailable, await client.UseAsync(Garbage('a')));
    }

    private static async Task<(HttpStatusCode Status, string? Remaining)> ChatAsync(GatewayApp gateway, string key)
    {
        using var client = gateway.As(key);
        using var response = await client.ChatAsync(Calls.Hello());
        return (response.StatusCode, response.Headers.TryGetValues("x-lakehouse-budget-remaining-calls", out var left) ? left.Single() : null);
    }

    private static string Garbage(char letter, int index = 0) => $"lh_ci_{index:D4}{new string(letter, 38)}A";

    // questions alone: the refresh that the new key's announcement asked for may be writing when it was used, which is none
    private static async Task<long> WaitingAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancelled);
        await using var count = new NpgsqlCommand("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query not ilike 'update%'", connection);
        return (long)(await count.ExecuteScalarAsync(Cancelled))!;
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
