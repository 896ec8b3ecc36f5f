using System.Text.Json.Nodes;
using Lakehouse.Gateway.Sessions;
using Lakehouse.Gateway.Staffing.Loading;
using Lakehouse.Gateway.Staffing.Tables;
using Lakehouse.Gateway.Tools;
using Npgsql;

namespace Lakehouse.Gateway.Staffing.Sql;

internal sealed class SqlTool(NpgsqlDataSource postgres, SqlReader reader) : ITool
{
    private const int UsualRows = 100;

    public string Name => "sql";

    public string Description { get; } =
        $"Reads the staffing data with one PostgreSQL query (SELECT, WITH, VALUES or TABLE). Tables: {string.Join("; ", StaffingTables.All.Select(table => $"{table.Name}({table.ColumnNames})"))}. skills and certs are text[]. Prefer the other staffing tools where they fit.";

    public string Category => "staffing";

    public ToolPermission Permission => ToolPermission.Read;

    public JsonObject Parameters { get; } = JsonNode.Parse($$"""
        {
          "type": "object",
          "properties": {
            "sql": { "type": "string", "minLength": 1, "maxLength": 20000, "pattern": "^[^\\u0000]+$" },
            "limit": { "type": "integer", "minimum": 1, "maximum": {{SqlReader.MostRows}}, "description": "Rows, {{UsualRows}} where it is absent; truncated says that there are more" }
          },
          "required": ["sql"],
          "additionalProperties": false
        }
        """)!.AsObject();

    public async Task<JsonNode> CallAsync(JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        await postgres.UseAsync(async connection =>
        {
            await DatasetRecord.DemandAsync(connection, [], cancellationToken);
            return true;
        }, cancellationToken);
        var found = await reader.ReadAsync(arguments["sql"]!.ToString(), arguments["limit"] is { } limit ? (int)limit.GetValue<double>() : UsualRows, cancellationToken);
        return new JsonObject
        {
            ["columns"] = new JsonArray([.. found.Columns.Select(column => JsonValue.Create(column))]), ["rows"] = found.Rows, ["row_count"] = found.Rows.Count, ["truncated"] = found.Truncated,
        };
    }
}
