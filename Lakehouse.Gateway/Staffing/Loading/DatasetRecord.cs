using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Staffing.Tables;
using Npgsql;

namespace Lakehouse.Gateway.Staffing.Loading;

/// <summary>What is loaded, as <c>staffing.datasets</c> says.</summary>
internal sealed class DatasetRecord
{
    public required string TableName { get; init; }
    public long RowCount { get; init; }
    public required string Fingerprint { get; init; }
    public required string Source { get; init; }
    public long? Seed { get; init; }
    public DateTime ChangedAt { get; init; }

    public static async Task<IReadOnlyList<DatasetRecord>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<DatasetRecord>(new CommandDefinition(
            "select table_name as tablename, row_count as rowcount, fingerprint, source, seed, changed_at as changedat from staffing.datasets", cancellationToken: cancellationToken))).AsList();

    public static Task WriteAsync(NpgsqlConnection connection, DatasetTable table, long rows, string source, long? seed, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition("""
            insert into staffing.datasets (table_name, row_count, fingerprint, source, seed, changed_at) values (@Name, @rows, @Fingerprint, @source, @seed, now())
            on conflict (table_name) do update set row_count = excluded.row_count, fingerprint = excluded.fingerprint, source = excluded.source, seed = excluded.seed, changed_at = excluded.changed_at
            """, new { table.Name, rows, table.Fingerprint, source, seed }, cancellationToken: cancellationToken));

    /// <exception cref="ApiError">409: nothing is in the tables, so that an answer from them would say nothing about the world.</exception>
    public static async Task DemandAsync(NpgsqlConnection connection, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        var loaded = await connection.QueryAsync<string>(new CommandDefinition("select table_name from staffing.datasets where row_count > 0 and (cardinality(@tables) = 0 or table_name = any(@tables))", new { tables = tables.ToArray() }, cancellationToken: cancellationToken));
        var count = loaded.Count();
        if (count == 0 || count < tables.Count)
        {
            throw new ApiError(409, "staffing_not_loaded",
                "No staffing data is loaded; run `dotnet run --project Lakehouse.Gateway -- staffing load`, or as the operator POST /v1/staffing/datasets, or PUT a file to /v1/staffing/datasets/{table}.");
        }
    }
}
