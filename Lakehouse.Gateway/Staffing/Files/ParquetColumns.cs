using Lakehouse.Gateway.Staffing.Tables;
using Parquet;
using Parquet.Schema;

namespace Lakehouse.Gateway.Staffing.Files;

/// <summary>Our columns' types and values as Parquet's, both ways.</summary>
internal static class ParquetColumns
{
    public static DataField FieldOf(Column column) => column.Type switch
    {
        ColumnType.Integer => new DataField<int>(column.Name, column.Nullable),
        ColumnType.Double => new DataField<double>(column.Name, column.Nullable),
        ColumnType.Boolean => new DataField<bool>(column.Name, column.Nullable),
        ColumnType.Date => new DateTimeDataField(column.Name, DateTimeFormat.Date, isNullable: column.Nullable),
        ColumnType.Timestamp => new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: column.Nullable),
        _ => new DataField<string>(column.Name, column.Nullable),
    };

    /// <summary>The name of our type that a field of a file has, or the file's own.</summary>
    /// <param name="expected">A list of ours is a text in a file.</param>
    public static string TypeOf(Field field, Column? expected) => field switch
    {
        DataField { IsArray: false } data when IsText(data) && expected?.Type == ColumnType.TextList => ColumnType.TextList.SqlName(),
        DateTimeDataField { DateTimeFormat: DateTimeFormat.Date } => ColumnType.Date.SqlName(),
        DateTimeDataField => ColumnType.Timestamp.SqlName(),
        DataField data when data.IsArray => "a list",
        DataField data when IsText(data) => ColumnType.Text.SqlName(),
        DataField data when data.ClrType == typeof(int) => ColumnType.Integer.SqlName(),
        DataField data when data.ClrType == typeof(double) => ColumnType.Double.SqlName(),
        DataField data when data.ClrType == typeof(bool) => ColumnType.Boolean.SqlName(),
        DataField data when data.ClrType == typeof(long) => "bigint",
        DataField data => data.ClrType.Name.ToLowerInvariant(),
        _ => field.SchemaType.ToString().ToLowerInvariant(),
    };

    public static async Task<Array> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        if (!IsText(field))
        {
            return field.ClrType == typeof(int) ? await ReadAsync<int>(group, field, cancellationToken)
                : field.ClrType == typeof(double) ? await ReadAsync<double>(group, field, cancellationToken)
                : field.ClrType == typeof(bool) ? await ReadAsync<bool>(group, field, cancellationToken)
                : await ReadAsync<DateTime>(group, field, cancellationToken);
        }

        var texts = new string?[group.RowCount];
        await group.ReadAsync(field, texts.AsMemory(), cancellationToken: cancellationToken);
        return texts;
    }

    public static async Task WriteAsync(ParquetRowGroupWriter group, DataField field, Column column, IReadOnlyList<object?[]> rows, int at)
    {
        switch (column.Type)
        {
            case ColumnType.Integer:
                await WriteAsync<int>(group, field, column, rows, at);
                break;
            case ColumnType.Double:
                await WriteAsync<double>(group, field, column, rows, at);
                break;
            case ColumnType.Boolean:
                await WriteAsync<bool>(group, field, column, rows, at);
                break;
            case ColumnType.Date or ColumnType.Timestamp:
                await WriteAsync<DateTime>(group, field, column, rows, at);
                break;
            default:
                await group.WriteAsync(field, rows.Select(row => row[at] is { } value ? ColumnTypes.Format(value) : null).ToArray());
                break;
        }
    }

    // the library's own name for a text is a span of characters
    private static bool IsText(DataField field) => field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>);

    private static async Task<Array> ReadAsync<T>(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken) where T : struct
    {
        if (field.IsNullable)
        {
            var some = new T?[group.RowCount];
            await group.ReadAsync<T>(field, some.AsMemory(), cancellationToken: cancellationToken);
            return some;
        }

        var all = new T[group.RowCount];
        await group.ReadAsync<T>(field, all.AsMemory(), cancellationToken: cancellationToken);
        return all;
    }

    private static Task WriteAsync<T>(ParquetRowGroupWriter group, DataField field, Column column, IReadOnlyList<object?[]> rows, int at) where T : struct => column.Nullable
        ? group.WriteAsync<T>(field, new ReadOnlyMemory<T?>([.. rows.Select(row => row[at] is { } value ? (T?)Stored(value) : null)]))
        : group.WriteAsync<T>(field, new ReadOnlyMemory<T>([.. rows.Select(row => (T)Stored(row[at]!))]));

    private static object Stored(object value) => value is DateOnly day ? day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) : value;
}
