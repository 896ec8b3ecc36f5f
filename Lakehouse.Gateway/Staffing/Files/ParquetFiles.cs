using System.Runtime.CompilerServices;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Staffing.Tables;
using Npgsql;
using Parquet;
using Parquet.Schema;

namespace Lakehouse.Gateway.Staffing.Files;

/// <summary>A table as Parquet: one flat column each, lists as texts with ; between, days as DATE, times as TIMESTAMP in UTC.</summary>
internal static class ParquetFiles
{
    public const string ContentType = "application/vnd.apache.parquet";
    private const int GroupRows = 50_000;

    /// <param name="file">Seekable.</param>
    /// <returns>The rows, and behind each its number; the same array each time.</returns>
    /// <exception cref="ApiError">400: no Parquet, too large in memory, or values that the columns do not take, all of them; 409: other columns.</exception>
    public static async IAsyncEnumerable<object?[]> ReadAsync(Stream file, DatasetTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = await TryAsync(() => ParquetReader.CreateAsync(file, leaveStreamOpen: true, cancellationToken: cancellationToken));
        var fields = reader.Schema.DataFields;
        var faults = new FileFaults(table, FileFaults.Parquet);
        SchemaDrift.Check(table, faults.File, [.. reader.Schema.Fields.Select((field, at) => (field.Name, ParquetColumns.TypeOf(field, table.Columns.ElementAtOrDefault(at))))]);
        ParquetBounds.Check(reader, faults.File);
        var (row, number) = (new object?[table.Columns.Count + 1], 0);
        for (var at = 0; at < reader.RowGroupCount; at++)
        {
            using var group = reader.OpenRowGroupReader(at);
            var columns = new Array[table.Columns.Count];
            for (var column = 0; column < columns.Length; column++)
            {
                columns[column] = await TryAsync(() => ParquetColumns.ReadAsync(group, fields[column], cancellationToken));
            }

            for (var index = 0; index < group.RowCount; index++)
            {
                row[^1] = ++number;
                for (var column = 0; column < columns.Length; column++)
                {
                    var stored = columns[column].GetValue(index);
                    if (!TryRead(table.Columns[column], stored, out row[column]))
                    {
                        faults.AddValue(table.Columns[column], number, columns[0].GetValue(index) as string, stored is null ? null : ColumnTypes.Format(stored));
                    }
                }

                if (!faults.Any)
                {
                    yield return row;
                }
            }
        }

        if (faults.Any)
        {
            throw faults.ToError();
        }
    }

    public static async Task WriteAsync(NpgsqlConnection connection, DatasetTable table, Stream file, CancellationToken cancellationToken)
    {
        var fields = table.Columns.Select(ParquetColumns.FieldOf).ToArray();
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file, cancellationToken: cancellationToken);
        await using var command = new NpgsqlCommand($"select {table.ColumnNames} from staffing.{table.Name} order by {table.Key}", connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<object?[]>(GroupRows);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new object?[fields.Length];
            for (var at = 0; at < row.Length; at++)
            {
                row[at] = await reader.IsDBNullAsync(at, cancellationToken) ? null : reader.GetValue(at);
            }

            rows.Add(row);
            if (rows.Count == GroupRows)
            {
                await WriteGroupAsync(writer, table, fields, rows);
            }
        }

        await WriteGroupAsync(writer, table, fields, rows);
    }

    private static async Task WriteGroupAsync(ParquetWriter writer, DatasetTable table, DataField[] fields, List<object?[]> rows)
    {
        if (rows.Count > 0)
        {
            using var group = writer.CreateRowGroup();
            for (var at = 0; at < fields.Length; at++)
            {
                await ParquetColumns.WriteAsync(group, fields[at], table.Columns[at], rows, at);
            }
        }

        rows.Clear();
    }

    private static bool TryRead(Column column, object? stored, out object? value)
    {
        value = stored switch
        {
            string text => text.Length <= CsvReader.LongestField ? column.Parse(text) : null,
            double number => double.IsFinite(number) ? number : null,
            DateTime time => column.Type == ColumnType.Date ? DateOnly.FromDateTime(time) : DateTime.SpecifyKind(time, DateTimeKind.Utc),
            _ => stored,
        };
        return value is not null || (stored is null && column.Nullable);
    }

    // what is wrong with a broken file is told in as many kinds of exceptions as there are places to break
    private static async Task<T> TryAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception problem) when (problem is not (OperationCanceledException or ApiError))
        {
            throw ApiError.BadInput("body", "The body cannot be read as Parquet; accepted is a whole file of flat columns. Nothing was changed.");
        }
    }
}
