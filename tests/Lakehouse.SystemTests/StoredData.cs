using Npgsql;
using StackExchange.Redis;

namespace Lakehouse.SystemTests;

/// <summary>One row and one key, written into the databases that the gateway was given.</summary>
internal static class StoredData
{
    private const string Key = "system-tests:remembered";

    public static async Task WriteAsync(AppHostRun house, CancellationToken cancellationToken)
    {
        await using var postgres = await OpenAsync(house, cancellationToken);
        await using var write = new NpgsqlCommand("create table remembered as select 'postgres remembers' as text", postgres);
        await write.ExecuteNonQueryAsync(cancellationToken);

        await using var redis = await ConnectionMultiplexer.ConnectAsync(house.Service("Lakehouse.Gateway").Environment["ConnectionStrings__redis"]);
        await redis.GetDatabase().StringSetAsync(Key, "redis remembers");
    }

    public static async Task<(string? Postgres, string? Redis)> ReadAsync(AppHostRun house, CancellationToken cancellationToken)
    {
        await using var postgres = await OpenAsync(house, cancellationToken);
        await using var read = new NpgsqlCommand("select text from remembered", postgres);
        var row = (string?)await read.ExecuteScalarAsync(cancellationToken);

        await using var redis = await ConnectionMultiplexer.ConnectAsync(house.Service("Lakehouse.Gateway").Environment["ConnectionStrings__redis"]);
        return (row, await redis.GetDatabase().StringGetAsync(Key));
    }

    private static async Task<NpgsqlConnection> OpenAsync(AppHostRun house, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(house.Service("Lakehouse.Gateway").Environment["ConnectionStrings__lakehouse"]);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
