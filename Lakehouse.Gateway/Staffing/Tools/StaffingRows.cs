using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Errors;
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
        await DemandAsync(connection, tables, cancellationToken);
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(Asked(sql, "", limit), arguments, cancellationToken: cancellationToken));
        return await ReadAsync(reader, static (json, _) => JsonNode.Parse(json)!.AsObject(), limit, cancellationToken);
    }, cancellationToken);

    /// <exception cref="ApiError">409: there is nothing in the tables.</exception>
    public async Task DemandAsync(NpgsqlConnection connection, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        if (!tables.All(_loaded.ContainsKey))
        {
            await DatasetRecord.DemandAsync(connection, tables, cancellationToken);
            tables.ToList().ForEach(table => _loaded[table] = true);
        }
    }

    /// <param name="columns">Of the query, to be read beside the whole row as JSON.</param>
    public static string Asked(string sql, string columns, int limit) => $"select row_to_json(found){(columns.Length > 0 ? $", {columns}" : "")} from ({sql} limit {limit + 1}) found";

    /// <param name="reader">Of what was <see cref="Asked"/>.</param>
    /// <param name="make">Gets the row as a JSON object in UTF-8, and a reader in which the columns begin at 1.</param>
    public static async Task<(List<T> Rows, bool More)> ReadAsync<T>(DbDataReader reader, Func<byte[], DbDataReader, T> make, int limit, CancellationToken cancellationToken)
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
