using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Sessions;
using Lakehouse.Gateway.Staffing.Loading;
using Npgsql;

namespace Lakehouse.Gateway.Staffing.Tools;

/// <summary>Rows of a query as JSON objects, in bounds that a model can read.</summary>
internal sealed class StaffingRows(NpgsqlDataSource postgres)
{
    /// <summary>Bytes of all rows together.</summary>
    private const int Most = 256 << 10;

    // what is loaded stays so: a load swaps, an import adds
    private readonly ConcurrentDictionary<string, bool> _loaded = new(StringComparer.Ordinal);

    /// <param name="sql">Of the gateway's own, with @names for what a caller gave.</param>
    /// <returns>At most <paramref name="limit"/> rows, and whether there are more.</returns>
    public Task<(List<JsonObject> Rows, bool More)> ReadAsync(IReadOnlyList<string> tables, string sql, object arguments, int limit, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        if (!tables.All(_loaded.ContainsKey))
        {
            await DatasetRecord.DemandAsync(connection, tables, cancellationToken);
            tables.ToList().ForEach(table => _loaded[table] = true);
        }

        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition($"select row_to_json(found) from ({sql} limit {limit + 1}) found", arguments, cancellationToken: cancellationToken));
        return await ReadAsync(reader, limit, cancellationToken);
    }, cancellationToken);

    private static async Task<(List<JsonObject> Rows, bool More)> ReadAsync(DbDataReader reader, int limit, CancellationToken cancellationToken)
    {
        var (rows, budget) = (new List<JsonObject>(), Most);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = reader.GetFieldValue<byte[]>(0);
            budget -= row.Length;
            if (rows.Count == limit || budget < 0)
            {
                return (rows, true);
            }

            rows.Add(JsonNode.Parse(row)!.AsObject());
        }

        return (rows, false);
    }
}
