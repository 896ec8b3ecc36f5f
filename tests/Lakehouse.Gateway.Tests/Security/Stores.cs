using Npgsql;
using StackExchange.Redis;

namespace Lakehouse.Gateway.Tests.Security;

/// <summary>Everything that a gateway keeps.</summary>
internal static class Stores
{
    private const string Names = "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1";

    /// <returns>By table, every row of every schema that is ours, as JSON.</returns>
    public static async Task<Dictionary<string, string>> TablesAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var tables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in await ReadAsync(connection, Names))
        {
            tables[name] = string.Join('\n', await ReadAsync(connection, $"select to_jsonb(t)::text from {name} t"));
        }

        return tables;
    }

    /// <returns>Every key with its value.</returns>
    public static async Task<string> RedisAsync(IDatabase redis)
    {
        var found = new List<string>();
        foreach (var server in redis.Multiplexer.GetServers())
        {
            await foreach (var key in server.KeysAsync())
            {
                found.Add(key.ToString());
                found.AddRange(await redis.KeyTypeAsync(key) switch
                {
                    RedisType.Hash => (await redis.HashGetAllAsync(key)).Select(field => field.ToString()),
                    RedisType.List => (await redis.ListRangeAsync(key)).Select(item => item.ToString()),
                    RedisType.SortedSet => (await redis.SortedSetRangeByRankAsync(key)).Select(item => item.ToString()),
                    RedisType.Set => (await redis.SetMembersAsync(key)).Select(item => item.ToString()),
                    _ => [(await redis.StringGetAsync(key)).ToString()],
                });
            }
        }

        return string.Join('\n', found);
    }

    private static async Task<List<string>> ReadAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
