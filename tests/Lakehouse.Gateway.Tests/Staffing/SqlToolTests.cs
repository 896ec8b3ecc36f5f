using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Tools;
using Lakehouse.Testing;
using Npgsql;

namespace Lakehouse.Gateway.Tests.Staffing;

public sealed class SqlToolTests(TestPostgres postgres)
{
    private const string State = """
        select (select md5(string_agg(w::text, '' order by worker_id)) from staffing.workers w) || (select count(*) from pg_class) || (select count(*) from pg_largeobject_metadata)
            || (select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())) || (select string_agg(rolname || rolsuper || coalesce(rolconfig::text, ''), ' ' order by oid) from pg_roles where rolname !~ '^lakehouse_ro_')
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Query_is_answered_in_bounds_with_types_that_json_has()
    {
        await using var house = await StaffingHouse.StartAsync(postgres);

        var answer = await house.Bot.SqlAsync("select worker_id, reliability, skills, hired_on, true as yes, null as nothing, 7 as seven, 1.50::numeric as money, worker_id from workers where worker_id = 'W-1'; ");
        Assert.Equal("worker_id reliability skills hired_on yes nothing seven money worker_id", string.Join(' ', answer["columns"]!.AsArray()));
        var row = answer["rows"]![0]!.AsArray();
        Assert.Equal(("W-1", true, 7, 1.5, "W-1"), (row[0]!.ToString(), row[4]!.GetValue<bool>(), row[6]!.GetValue<int>(), row[7]!.GetValue<double>(), row[8]!.ToString()));
        Assert.Equal((JsonValueKind.Number, null, 1, false), (row[1]!.GetValueKind(), row[5], answer["row_count"]!.GetValue<int>(), answer["truncated"]!.GetValue<bool>()));

        Assert.Equal((100, true), Size(await house.Bot.SqlAsync("select * from staffing.workers")));
        Assert.Equal((5, true), Size(await house.Bot.SqlAsync("table workers", 5)));
        Assert.Equal((3, false), Size(await house.Bot.SqlAsync("values (1), (2), (3)", 3)));
        Assert.Equal((1, false), Size(await house.Bot.SqlAsync("with city as (select distinct city from workers) select count(*) from city -- all of them;")));
        Assert.Equal((0, true), Size(await house.Bot.SqlAsync("select repeat('x', 300000)")));
        Assert.Equal((2, true), Size(await house.Bot.SqlAsync("select repeat('x', 100000) from generate_series(1, 50)")));
    }

    [Fact]
    public async Task Mistake_is_told_in_the_words_of_Postgres()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, 20);

        foreach (var (sql, says) in new[]
        {
            ("selec 1", "syntax error at or near \"selec\" at character 1 (42601)"), ("select nme from workers", "column \"nme\" does not exist at character 8 (42703)"), ("select 1 from", "syntax error at end of input"),
            ("select 1 / 0", "division by zero"), ("select 1; select 2", "multiple commands"), ("explain select 1", "syntax error"),
        })
        {
            using var refused = await house.Bot.CallSqlAsync(sql);
            var (status, code, param, message) = await refused.RefusalAsync();
            Assert.Equal((400, "invalid_request", "arguments.sql"), (status, code, param));
            Assert.Contains(says, message, StringComparison.Ordinal);
            Assert.Contains("Accepted is one query", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Tool_changes_nothing_and_reads_nothing_else_whatever_it_is_told()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, 50);
        await house.Bot.SqlAsync("select 1");
        var before = await house.AskAsync<string>(State);
        string[] forbidden =
        [
            "select * from gateway.keys", "select * from gateway.sql_reader", "select * from pg_authid", "select * from pg_shadow", "select pg_read_file('/etc/passwd')", "select pg_ls_dir('/')", "select lo_import('/etc/passwd')",
            "select pg_stat_file('/etc/passwd')", "select pg_reload_conf()", "select set_config('role', 'lakehouse', false)", "select set_config('session_authorization', 'lakehouse', false)",
        ];
        string[] noQuery =
        [
            "select * from workers for update",             "insert into workers select * from workers", "update workers set name = 'x'", "with x as (update workers set name = 'x' returning 1) select * from x", "with x as (insert into workers select * from workers returning 1) select 1",
            "reset role", "set role lakehouse", "set session authorization lakehouse", "reset session authorization", "do $$ begin perform 1; end $$", "copy workers to program 'id'", "copy workers to '/tmp/x'", "create table x (a int)", "create temp table x (a int)",
            "select * into x from workers", "alter table workers add x int", "alter role lakehouse nosuperuser", "grant all on workers to public", "create extension dblink", "select dblink('dbname=lakehouse', 'select 1')", "begin", "commit", "rollback; select 1", "call x()", "vacuum",
            "listen x", "notify x", "lock table workers", "prepare x as select 1", "security label on table workers is 'x'", "select query_to_xml('update staffing.workers set name = ''x''', true, false, '')",
            "select query_to_xml('create temp table x (a int)', true, false, '')", "select set_config('transaction_read_only', 'off', false), query_to_xml('update staffing.workers set name = ''x''', true, false, '')", "select 1) ; commit; select (1",
        ];

        foreach (var sql in forbidden)
        {
            using var refused = await house.Bot.CallSqlAsync(sql);
            Assert.Equal((sql, 403, "sql_denied"), (sql, (int)refused.StatusCode, await refused.ErrorCodeAsync()));
        }

        foreach (var sql in noQuery)
        {
            using var refused = await house.Bot.CallSqlAsync(sql);
            Assert.True((int)refused.StatusCode is 400 or 403, $"{sql}: {(await refused.JsonAsync()).ToJsonString()}");
        }

        foreach (var sql in new[] { "delete from workers", "drop table workers", "truncate workers", "select 1; drop schema staffing cascade" })
        {
            using var blocked = await house.Bot.CallSqlAsync(sql);
            Assert.Equal((sql, 403, "truth_blocked"), (sql, (int)blocked.StatusCode, await blocked.ErrorCodeAsync()));
        }

        // these run, and nothing of them stays
        await house.Bot.SqlAsync("select pg_advisory_lock(42)::text, pg_advisory_lock(hashtext('lakehouse.staffing.write'))::text");
        await house.Bot.SqlAsync("select pg_notify('x', 'y')::text, set_config('statement_timeout', '0', false), set_config('search_path', 'gateway', false)");
        using var large = await house.Bot.CallSqlAsync("select lo_from_bytea(0, 'x')");
        Assert.Equal(before, await Eventually.GetAsync(() => house.AskAsync<string>(State), state => state == before, Cancelled));
        Assert.Equal(0, await house.AskAsync<long>("select count(*) from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname ~ '^lakehouse_ro_'"));
    }

    [Fact]
    public async Task Role_itself_may_only_read_the_schema_staffing()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, 50);
        await house.Bot.SqlAsync("select 1");
        var before = await house.AskAsync<string>(State);
        var login = new NpgsqlConnectionStringBuilder(house.Gateway.Database)
        {
            Username = await house.AskAsync<string>("select role from gateway.sql_reader"), Password = await house.AskAsync<string>("select password from gateway.sql_reader"), Pooling = false,
        }.ConnectionString;

        Assert.Equal(50, await login.AskAsync<long>("select count(*) from staffing.workers"));
        foreach (var sql in new[]
        {
            "delete from staffing.workers", "drop table staffing.workers", "truncate staffing.workers", "update staffing.workers set name = 'x'", "insert into staffing.workers select * from staffing.workers", "reset role; delete from staffing.workers",
            "reset session authorization; delete from staffing.workers", "set role lakehouse", "set session authorization lakehouse", "set role pg_read_all_data", "do $$ begin delete from staffing.workers; end $$", "copy staffing.workers to program 'id'",
            "copy staffing.workers to '/tmp/x'", "copy staffing.workers from program 'id'", "create table staffing.x (a int)", "create table gateway.x (a int)", "create schema x", "create extension dblink", "create role x", "alter table staffing.workers add x int",
            "select * from gateway.keys", "select * from gateway.sql_reader", "alter system set work_mem = '1GB'", "create function staffing.x() returns int language sql as 'select 1'", "load '/tmp/x'", "grant select on staffing.workers to public; delete from staffing.workers",
        })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => login.AskAsync<object>(sql));
            Assert.Equal((sql, PostgresErrorCodes.InsufficientPrivilege), (sql, refused.SqlState));
        }

        Assert.Equal(before, await Eventually.GetAsync(() => house.AskAsync<string>(State), state => state == before, Cancelled));
        Assert.Equal("f f f f f f", await house.AskAsync<string>("select concat_ws(' ', rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls) from pg_roles where rolname = (select role from gateway.sql_reader)"));
    }

    [Fact]
    public async Task Query_that_takes_too_long_is_ended_even_if_it_lifts_the_limit()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, 20, ("Staffing:SqlTimeout", "00:00:00.5"));

        foreach (var sql in new[] { "select pg_sleep(600)", "select set_config('statement_timeout', '0', false), pg_sleep(600)", "select count(*) from generate_series(1, 1000000000000)" })
        {
            using var slow = await house.Bot.CallSqlAsync(sql);
            Assert.Equal((sql, 504, "tool_timeout"), (sql, (int)slow.StatusCode, await slow.ErrorCodeAsync()));
        }

        await Eventually.TrueAsync(() => house.AskAsync<bool>("select not exists (select from pg_stat_activity where usename = (select role from gateway.sql_reader))"), Cancelled);
    }

    [Fact]
    public async Task Role_is_made_again_when_it_is_gone_and_still_reads_after_a_load()
    {
        await using var house = await StaffingHouse.StartAsync(postgres, 20);
        Assert.Equal((1, false), Size(await house.Bot.SqlAsync("select count(*) from workers")));
        await house.LoadAsync(30);
        Assert.Equal(30, (await house.Bot.SqlAsync("select count(*) from workers"))["rows"]![0]![0]!.GetValue<int>());
        await house.AskAsync<object>("do $$ declare r text := (select role from gateway.sql_reader); begin execute 'drop owned by ' || r; execute 'drop role ' || r; end $$; select 1");
        using var gone = await house.Bot.CallSqlAsync("select 1");
        Assert.Equal((1, false), Size(await house.Bot.SqlAsync("select count(*) from workers")));
    }

    [Fact]
    public async Task Gateway_that_may_not_make_roles_has_no_sql_tool_and_says_why()
    {
        var database = await postgres.CreateDatabaseAsync(Cancelled);
        var (name, role) = (await database.AskAsync<string>("select current_database()"), "plain_" + await database.AskAsync<string>("select current_database()"));
        await database.AskAsync<object>($"create role {role} login; alter database {name} owner to {role}; select 1");
        await using var house = await StaffingHouse.StartAsync(postgres, 20, ("ConnectionStrings:lakehouse", new NpgsqlConnectionStringBuilder(database) { Username = role }.ConnectionString));

        using var off = await house.Bot.CallSqlAsync("select 1");

        var (status, code, _, message) = await off.RefusalAsync();
        Assert.Equal((503, "database_unavailable"), (status, code));
        Assert.Contains("CREATEROLE", message, StringComparison.Ordinal);
        Assert.NotEmpty((await house.Bot.ResultAsync("search_workers", "{}"))["workers"]!.AsArray());
    }

    private static (int Rows, bool Truncated) Size(JsonNode answer) => (answer["rows"]!.AsArray().Count, answer["truncated"]!.GetValue<bool>());
}

internal static class SqlCalls
{
    public static Task<HttpResponseMessage> CallSqlAsync(this HttpClient client, string sql, int? limit = null) =>
        client.CallToolAsync("sql", Arguments(sql, limit));

    public static Task<JsonNode> SqlAsync(this HttpClient client, string sql, int? limit = null) => client.ResultAsync("sql", Arguments(sql, limit));

    private static string Arguments(string sql, int? limit)
    {
        var arguments = new JsonObject { ["sql"] = sql };
        if (limit is { } rows)
        {
            arguments["limit"] = rows;
        }

        return arguments.ToJsonString();
    }
}
