using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Staffing;
using Lakehouse.Gateway.Staffing.Tables;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Testing;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Lakehouse.Gateway.Tests.Staffing;

public sealed class LoadTests(TestPostgres postgres)
{
    private const string Hold = "begin; lock table staffing.workers in access share mode";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Load_fills_every_table_and_tells_how_far_it_is()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, 100);

        var answer = await house.Operator.GetJsonAsync(StaffingCalls.Datasets);

        Assert.Equal(StaffingTables.All.Select(table => table.Name), answer["data"]!.AsArray().Select(one => one!["table"]!.ToString()));
        foreach (var one in answer["data"]!.AsArray())
        {
            Assert.Equal((one!["rows"]!.GetValue<long>(), "generated", 7), (await house.AskAsync<long>($"select count(*) from staffing.{one["table"]}"), one["source"]!.ToString(), one["seed"]!.GetValue<long>()));
            Assert.Equal(StaffingTables.ByName[one["table"]!.ToString()].Fingerprint, one["fingerprint"]!.ToString());
        }

        Assert.Equal(("loaded", 100, 1.0), (answer["load"]!["status"]!.ToString(), answer["load"]!["workers"]!.GetValue<int>(), answer["load"]!["share"]!.GetValue<double>()));
        await house.LoadAsync(120, seed: 8);
        Assert.Equal(120, await house.AskAsync<long>("select count(*) from staffing.workers"));
        Assert.Equal(0, await house.AskAsync<long>("select count(*) from pg_namespace where nspname = 'staffing_next'"));
        Assert.Equal("text", await house.AskAsync<string>("select data_type from information_schema.columns where table_schema = 'staffing' and table_name = 'workers' and column_name = 'phone'"));
    }

    [Fact]
    public async Task Columns_are_those_that_the_migration_made()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, null);

        foreach (var table in StaffingTables.All)
        {
            var made = await house.AskAsync<string>($"""
                select string_agg(attname || ' ' || format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end, ', ' order by attnum)
                from pg_attribute where attrelid = 'staffing.{table.Name}'::regclass and attnum > 0
                """);
            Assert.Equal(string.Join(", ", table.Columns.Select(column => $"{column.Name} {column.Type.SqlName()}{(column.Nullable ? "" : " not null")}")), made);
        }
    }

    [Fact]
    public async Task Only_the_operator_may_load_and_only_with_sizes_that_fit()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, null);

        foreach (var (method, path) in new[] { (HttpMethod.Post, ""), (HttpMethod.Get, ""), (HttpMethod.Get, "/workers.csv"), (HttpMethod.Get, "/workers.parquet"), (HttpMethod.Put, "/workers") })
        {
            using var denied = await house.Bot.SendAsync(method, StaffingCalls.Datasets + path, new JsonObject(), GatewayApp.BotKey);
            Assert.Equal((403, "forbidden"), ((int)denied.StatusCode, await denied.ErrorCodeAsync()));
        }

        foreach (var (field, value) in new (string, JsonNode)[] { ("workers", 0), ("workers", 2_000_001), ("workers", "many"), ("workers", 1.5), ("seed", "x"), ("size", 1) })
        {
            using var odd = await house.Operator.SendAsync(HttpMethod.Post, StaffingCalls.Datasets, new JsonObject { [field] = value });
            Assert.Equal((400, "invalid_request", field), await StatusAsync(odd));
        }

        Assert.Equal(0, await house.AskAsync<long>("select count(*) from staffing.workers"));
    }

    [Fact]
    public async Task Second_writer_is_told_to_wait_and_a_gateway_that_stops_leaves_the_old_rows()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, 100);
        await using var reader = await HoldAsync(house.Gateway.Database);
        using var begun = await house.Operator.SendAsync(HttpMethod.Post, StaffingCalls.Datasets, new JsonObject { ["workers"] = 150 });
        Assert.Equal((HttpStatusCode.Accepted, "running"), (begun.StatusCode, (await begun.JsonAsync())["status"]!.ToString()));
        // it is as good as done, and waits for the reader to let go of the old rows
        await Eventually.TrueAsync(async () => (await house.Operator.GetJsonAsync(StaffingCalls.Datasets))["load"]!["share"]!.GetValue<double>() == 1, Cancelled);

        using var second = await house.Operator.SendAsync(HttpMethod.Post, StaffingCalls.Datasets, new JsonObject { ["workers"] = 150 });
        Assert.Equal((409, "load_running", null), await StatusAsync(second));
        using var file = await house.Operator.PutAsync("workers", "worker_id\n");
        Assert.Equal((409, "load_running", null), await StatusAsync(file));
        Assert.Equal(1, await CommandAsync(house.Gateway.Database, "load", "--workers", "10"));

        var database = house.Gateway.Database;
        await house.DisposeAsync();
        await reader.DisposeAsync();
        await LeftAsItWasAsync(database);
    }

    [Fact]
    public async Task Load_that_is_killed_leaves_the_old_rows()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, 100);
        await using var reader = await HoldAsync(house.Gateway.Database);
        await using (var command = ChildProcess.StartAssembly(Built.Assembly("Lakehouse.Gateway"), ["staffing", "load", "--workers", "150"], new Dictionary<string, string?> { ["ConnectionStrings__lakehouse"] = house.Gateway.Database }))
        {
            await command.WaitForLineAsync("sms: 60 rows", Cancelled);
            await command.KillAsync();
        }

        await reader.DisposeAsync();
        await LeftAsItWasAsync(house.Gateway.Database);
    }

    [Fact]
    public async Task Command_loads_and_says_what_it_does_not_accept()
    {
        var database = await postgres.CreateDatabaseAsync(Cancelled);
        Assert.Equal(0, await CommandAsync(database, "load", "--workers", "60", "--seed", "9"));
        Assert.Equal((60, 9), (await database.AskAsync<long>("select count(*) from staffing.workers"), await database.AskAsync<long>("select min(seed) from staffing.datasets")));
        foreach (var wrong in new string[][] { [], ["store"], ["load", "--workers", "0"], ["load", "--workers"], ["load", "--wokers", "5"], ["load", "--seed", "x"] })
        {
            Assert.Equal(2, await CommandAsync(database, wrong));
        }

        Assert.Equal(2, await CommandAsync(null, "load"));
        Assert.Equal(1, await CommandAsync($"Host=127.0.0.1;Port={FreePort.Next()};Username=x;Database=x;Timeout=2", "load"));
    }

    private static async Task<(int, string, string?)> StatusAsync(HttpResponseMessage response)
    {
        var (status, code, param, _) = await response.RefusalAsync();
        return (status, code, param);
    }

    private static async Task<NpgsqlConnection> HoldAsync(string database)
    {
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancelled);
        await using var hold = new NpgsqlCommand(Hold, connection);
        await hold.ExecuteNonQueryAsync(Cancelled);
        return connection;
    }

    private static async Task LeftAsItWasAsync(string database)
    {
        await Eventually.TrueAsync(() => database.AskAsync<bool>("select pg_try_advisory_xact_lock(hashtext('lakehouse.staffing.write'))"), Cancelled);
        Assert.Equal(100, await database.AskAsync<long>("select count(*) from staffing.workers"));
        Assert.Equal(200, await database.AskAsync<long>("select count(*) from staffing.timesheets"));
        Assert.Equal(0, await database.AskAsync<long>("select count(*) from pg_namespace where nspname = 'staffing_next'"));
    }

    private static async Task<int> CommandAsync(string? database, params string[] arguments)
    {
        var configuration = new ConfigurationManager { ["ConnectionStrings:lakehouse"] = database };
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var code = await StaffingCommand.RunAsync(arguments, configuration, TextWriter.Synchronized(output), errors, Cancelled);
        Assert.Equal(code == 0, errors.ToString().Length == 0);
        return code;
    }
}
