using System.Runtime.CompilerServices;
using System.Text;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Staffing.Tables;
using Npgsql;

namespace Lakehouse.Gateway.Staffing.Files;

/// <summary>A table as CSV: a line of names, lists with ; between their texts, times in UTC, null as nothing and an empty text as "".</summary>
internal static class CsvFiles
{
    public const string ContentType = "text/csv";

    /// <returns>The rows; the same array each time.</returns>
    public static async IAsyncEnumerable<object?[]> ReadAsync(Stream body, DatasetTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var text = new StreamReader(body, new UTF8Encoding(false, true), detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        var (csv, fields) = (new CsvReader(text), new List<string?>());
        await csv.ReadAsync(fields, cancellationToken);
        SchemaDrift.Check(table, [.. fields.Select(name => (name ?? "", (string?)null))]);
        var row = new object?[table.Columns.Count];
        while (await csv.ReadAsync(fields, cancellationToken))
        {
            if (fields.Count != row.Length)
            {
                throw ApiError.BadInput("body", $"Row {csv.Row} has {fields.Count} fields; accepted are {row.Length}. Nothing was changed.");
            }

            for (var at = 0; at < row.Length; at++)
            {
                row[at] = Value(table.Columns[at], fields[at], csv.Row);
            }

            yield return row;
        }
    }

    public static async Task WriteAsync(NpgsqlConnection connection, DatasetTable table, Stream body, CancellationToken cancellationToken)
    {
        using var rows = await connection.BeginTextExportAsync($"copy (select {string.Join(", ", table.Columns.Select(Expression))} from staffing.{table.Name} order by {table.Key}) to stdout (format csv, header)", cancellationToken);
        await using var text = new StreamWriter(body, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
        var buffer = new char[1 << 16];
        while (await rows.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            await text.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private static object? Value(Column column, string? text, long row)
    {
        // an empty list is written as nothing between quotes, and by most programs without them
        if (text is null && column.Type == ColumnType.TextList)
        {
            return Array.Empty<string>();
        }

        return text is null && column.Nullable ? null
            : text is not null && column.Type.Parse(text) is { } value ? value
            : throw BadValue(column, text, row);
    }

    public static ApiError BadValue(Column column, string? value, long row) => ApiError.BadInput(column.Name,
        $"Row {row}: {column.Name} is {(value is null ? "missing" : $"'{(value.Length <= 80 ? value : value[..80] + "…").Replace('\0', '␀')}'")}; accepted is {column.Type.Accepted()}. Nothing was changed.");

    private static string Expression(Column column) => column.Type switch
    {
        ColumnType.TextList => $"array_to_string({column.Name}, ';') as {column.Name}",
        ColumnType.Boolean => $"{column.Name}::text as {column.Name}",
        ColumnType.Timestamp => $"to_char({column.Name} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') as {column.Name}",
        _ => column.Name,
    };
}
