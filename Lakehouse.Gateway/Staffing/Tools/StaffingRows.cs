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
    /// <summary>Characters of all rows together.</summary>
    private const int Most = 256 << 10;

    /// <param name="sql">Of the gateway's own, with @names for what a caller gave.</param>
    /// <returns>At most <paramref name="limit"/> rows, and whether there are more.</returns>
    public Task<(JsonArray Rows, bool More)> ReadAsync(IReadOnlyList<string> tables, string sql, object arguments, int limit, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        await DatasetRecord.DemandAsync(connection, tables, cancellationToken);
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition($"select row_to_json(found)::text from ({sql} limit {limit + 1}) found", arguments, cancellationToken: cancellationToken));
        return await ReadAsync(reader, limit, cancellationToken);
    }, cancellationToken);

    private static async Task<(JsonArray Rows, bool More)> ReadAsync(DbDataReader reader, int limit, CancellationToken cancellationToken)
    {
        var (rows, budget) = (new JsonArray(), Most);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = reader.GetString(0);
            budget -= row.Length;
            if (rows.Count == limit || budget < 0)
            {
                return (rows, true);
            }

            rows.Add(JsonNode.Parse(row));
        }

        return (rows, false);
    }
}
