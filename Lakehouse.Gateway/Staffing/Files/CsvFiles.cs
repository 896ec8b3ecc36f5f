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

    // what does not decode is told with its line, like any value
    private static readonly Encoding Lenient = Encoding.GetEncoding("utf-8", EncoderFallback.ExceptionFallback, new DecoderReplacementFallback(FileFaults.NoText.ToString()));

    /// <returns>The rows, and behind each the line where it begins; the same array each time.</returns>
    /// <exception cref="ApiError">400: rows that do not parse, all of them; 409: other columns.</exception>
    public static async IAsyncEnumerable<object?[]> ReadAsync(Stream body, DatasetTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var text = new StreamReader(body, Lenient, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        var faults = new FileFaults(table, FileFaults.Csv);
        var (csv, fields) = (new CsvReader(text, table.Columns.Count + 1, faults), new List<string?>());
        await csv.ReadAsync(fields, cancellationToken);
        SchemaDrift.Check(table, $"{faults.File}, line {csv.Line}", [.. fields.Select(name => (name ?? "", (string?)null))]);
        var row = new object?[table.Columns.Count + 1];
        while (await csv.ReadAsync(fields, cancellationToken))
        {
            Take(csv, fields, table, row, faults);
            if (!faults.Any)
            {
                yield return row;
            }
        }

        if (faults.Any)
        {
            throw faults.ToError();
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

    private static void Take(CsvReader csv, List<string?> fields, DatasetTable table, object?[] row, FileFaults faults)
    {
        row[^1] = (int)csv.Line;
        if (csv.Count != table.Columns.Count)
        {
            faults.Add("body", csv.Line, fields[0], $"{csv.Count} fields; accepted are {table.Columns.Count}.");
            return;
        }

        for (var at = 0; at < table.Columns.Count; at++)
        {
            if (!TryRead(table.Columns[at], fields[at], out row[at]))
            {
                faults.AddValue(table.Columns[at], csv.Line, fields[0], fields[at]);
            }
        }
    }

    private static bool TryRead(Column column, string? text, out object? value)
    {
        // an empty list is written as nothing between quotes, and by most programs without them
        value = text is null ? column.Type == ColumnType.TextList ? Array.Empty<string>() : null
            : text.Contains(FileFaults.NoText, StringComparison.Ordinal) ? null : column.Parse(text);
        return value is not null || (text is null && column.Nullable);
    }

    private static string Expression(Column column) => column.Type switch
    {
        ColumnType.TextList => $"array_to_string({column.Name}, ';') as {column.Name}",
        ColumnType.Boolean => $"{column.Name}::text as {column.Name}",
        ColumnType.Timestamp => $"to_char({column.Name} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') as {column.Name}",
        _ => column.Name,
    };
}
