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
    public Task<(List<JsonObject> Rows, bool More)> ReadAsync(IReadOnlyList<string> tables, string sql, object arguments, int limit, CancellationToken cancellationToken) =>
        ReadAsync(tables, sql, "", static (json, _) => JsonNode.Parse(json)!.AsObject(), arguments, limit, cancellationToken);

    /// <param name="columns">Of the query, read beside the whole row as JSON.</param>
    /// <param name="make">Gets the row as a JSON object in UTF-8, and a reader in which the columns begin at 1.</param>
    public Task<(List<T> Rows, bool More)> ReadAsync<T>(
        IReadOnlyList<string> tables, string sql, string columns, Func<byte[], DbDataReader, T> make, object arguments, int limit, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        if (!tables.All(_loaded.ContainsKey))
        {
            await DatasetRecord.DemandAsync(connection, tables, cancellationToken);
            tables.ToList().ForEach(table => _loaded[table] = true);
        }

        var asked = $"select row_to_json(found){(columns.Length > 0 ? $", {columns}" : "")} from ({sql} limit {limit + 1}) found";
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(asked, arguments, cancellationToken: cancellationToken));
        return await ReadAsync(reader, make, limit, cancellationToken);
    }, cancellationToken);

    private static async Task<(List<T> Rows, bool More)> ReadAsync<T>(DbDataReader reader, Func<byte[], DbDataReader, T> make, int limit, CancellationToken cancellationToken)
    {
        var (rows, budget) = (new List<T>(), Most);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = reader.GetFieldValue<byte[]>(0);
            budget -= row.Length;
            if (rows.Count == limit || budget < 0)
            {
                return (rows, true);
            }

            rows.Add(make(row, reader));
        }

        return (rows, false);
    }
}
