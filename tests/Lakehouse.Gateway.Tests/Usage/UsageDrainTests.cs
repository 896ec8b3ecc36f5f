using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Usage;
using Lakehouse.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Tests.Usage;

/// <summary>From Redis into the ledger: each once, whatever form it waits in and whatever waits beside it.</summary>
public sealed class UsageDrainTests(TestPostgres postgres) : IAsyncLifetime
{
    private TestRedis _server = null!;
    private ConnectionMultiplexer _redis = null!;
    private NpgsqlDataSource _postgres = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private IDatabase Database => _redis.GetDatabase();

    public async ValueTask InitializeAsync()
    {
        _server = await TestRedis.StartAsync(RedisKind.Garnet, Cancelled);
        _redis = await ConnectionMultiplexer.ConnectAsync(_server.ConnectionString);
        _postgres = NpgsqlDataSource.Create(await postgres.CreateGatewayDatabaseAsync(Cancelled));
    }

    [Fact]
    public async Task Records_are_in_the_ledger_as_they_were_written()
    {
        var odd = Record(1) with
        {
            StartedAt = new DateTimeOffset(2026, 4, 22, 3, 15, 0, 250, TimeSpan.FromHours(2)), Error = "a\tb\\N\n\\.\r é \"", Streamed = true, FirstByteMs = 0, CostNanoUsd = long.MaxValue,
            Details = """{"rule":"a\\b\n","text":"\u00e9 é"}""",
        };
        await WaitAsync(UsageLine.Write(odd), UsageLine.Write(Record(2)));

        Assert.Equal(2, await Drain().DrainAsync(Cancelled));

        Assert.Equal(odd.Error, (await LedgerAsync("coalesce(error, '')"))[0]);
        Assert.Equal(["""{"rule": "a\\b\n", "text": "é é"}""", "none"], await LedgerAsync("coalesce(details::text, 'none')"));
        Assert.Equal(
            ["2026-04-22 01:15:00.25 true 0 9223372036854775807", "1970-01-01 00:00:00 false none 0"],
            await LedgerAsync("concat_ws(' ', started_at at time zone 'UTC', streamed::text, coalesce(first_byte_ms::text, 'none'), cost_nano_usd)"));
        Assert.Equal(0, await Database.ListLengthAsync(BudgetKeys.Draining));
    }

    [Fact]
    public async Task Records_that_the_ledger_has_are_taken_once_and_the_others_too()
    {
        await WaitAsync(UsageLine.Write(Record(1)));
        await Drain().DrainAsync(Cancelled);

        await WaitAsync(UsageLine.Write(Record(2)), UsageLine.Write(Record(1) with { Outcome = "abandoned" }), UsageLine.Write(Record(2)), UsageLine.Write(Record(3)));
        await Drain().DrainAsync(Cancelled);

        Assert.Equal(["1 ok", "2 ok", "3 ok"], await LedgerAsync("request_id || ' ' || outcome"));
    }

    [Fact]
    public async Task Records_of_an_older_gateway_and_of_a_person_go_in_beside_new_ones()
    {
        const string List = """[{"attempt_id":"1.1","request_id":"1","day":"20261122","started_at":"2026-11-22T10:00:00.000Z","consumer":"bot","provider":"ollama","model":"m","outcome":"ok"}]""";
        await WaitAsync(List, UsageLine.Write(Record(2)), UsageLine.ToJson(UsageLine.Write(Record(3))));

        await Drain().DrainAsync(Cancelled);

        Assert.Equal(["1 1 chat false", "2 1 chat false", "3 1 chat false"], await LedgerAsync("concat_ws(' ', request_id, attempt, operation, streamed::text)"));
    }

    [Fact]
    public async Task Line_of_an_older_gateway_lacks_its_last_columns_and_goes_in()
    {
        var line = UsageLine.Write(Record(1));
        await WaitAsync((byte[])[.. line.AsSpan()[..line.AsSpan().LastIndexOf((byte)'\t')], (byte)'\n']);

        await Drain().DrainAsync(Cancelled);

        Assert.Equal(["1"], await LedgerAsync("request_id"));
    }

    [Fact]
    public async Task Record_that_nobody_can_read_waits_for_a_person_in_json_and_goes_in_when_it_is_corrected()
    {
        await WaitAsync(UsageLine.Write(Record(1)), UsageLine.Write(Record(2) with { Day = "no day" }), UsageLine.Write(Record(3) with { Model = "a\0" }), "no record", UsageLine.Write(Record(4)));

        await Drain().DrainAsync(Cancelled);

        Assert.Equal(["1", "4"], await LedgerAsync("request_id"));
        var rejected = Array.ConvertAll(await Database.ListRangeAsync(BudgetKeys.Rejected), text => text.ToString()).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(3, rejected.Count);
        Assert.StartsWith("""[{"attempt_id":"2.1","request_id":"2","attempt":1,"operation":"chat","day":"no day",""", rejected[0], StringComparison.Ordinal);
        Assert.StartsWith("""[{"attempt_id":"3.1",""", rejected[1], StringComparison.Ordinal);
        Assert.Equal("no record", rejected[2]);

        await WaitAsync(rejected[0].Replace("no day", "20260101", StringComparison.Ordinal));
        await Drain().DrainAsync(Cancelled);
        Assert.Equal(["1", "2", "4"], await LedgerAsync("request_id"));
    }

    [Fact]
    public async Task Records_wait_where_there_is_no_ledger()
    {
        await WaitAsync(UsageLine.Write(Record(1)));
        await _postgres.CreateCommand("alter table gateway.usage rename to away").ExecuteNonQueryAsync(Cancelled);

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => Drain().DrainAsync(Cancelled));

        Assert.Equal(0, await Database.ListLengthAsync(BudgetKeys.Rejected));
        await _postgres.CreateCommand("alter table gateway.away rename to usage").ExecuteNonQueryAsync(Cancelled);
        await Database.KeyDeleteAsync(BudgetKeys.Drainer);
        Assert.Equal(1, await Drain().DrainAsync(Cancelled));
        Assert.Equal(["1"], await LedgerAsync("request_id"));
    }

    [Fact]
    public async Task Batch_that_another_drainer_has_is_left_to_it()
    {
        await Database.StringSetAsync(BudgetKeys.Drainer, "another");
        await WaitAsync(UsageLine.Write(Record(1)));

        Assert.Equal(0, await Drain().DrainAsync(Cancelled));

        Assert.Empty(await LedgerAsync("request_id"));
        Assert.Equal(1, await Database.ListLengthAsync(BudgetKeys.Records));
    }

    [Fact]
    public async Task Batch_that_another_drainer_does_not_finish_is_overtaken()
    {
        await WaitAsync(UsageLine.Write(Record(1)));
        await using var away = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody;Database=none");
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => new UsageDrain(_redis, new(away), NullLogger<UsageDrain>.Instance).DrainAsync(Cancelled));

        await Eventually.TrueAsync(async () => await Drain().DrainAsync(Cancelled) == 1, Cancelled);

        Assert.Equal(["1"], await LedgerAsync("request_id"));
        Assert.False(await Database.KeyExistsAsync(BudgetKeys.Drainer));
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _server.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private static UsageRecord Record(int request) => UsageLineTests.Least with { AttemptId = $"{request}.1", RequestId = $"{request}" };

    private UsageDrain Drain() => new(_redis, new(_postgres), NullLogger<UsageDrain>.Instance);

    private Task<long> WaitAsync(params RedisValue[] records) => Database.ListLeftPushAsync(BudgetKeys.Records, records);

    private async Task<List<string>> LedgerAsync(string what)
    {
        await using var command = _postgres.CreateCommand($"select {what} from gateway.usage order by attempt_id");
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        var rows = new List<string>();
        while (await reader.ReadAsync(Cancelled))
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
