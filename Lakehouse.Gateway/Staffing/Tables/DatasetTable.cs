using System.Security.Cryptography;
using System.Text;
using Lakehouse.Gateway.Staffing.Generation;

namespace Lakehouse.Gateway.Staffing.Tables;

internal sealed record Column(string Name, ColumnType Type, bool Nullable = false);

/// <summary>Writes one row's values, in the columns' order.</summary>
/// <param name="number">From 1.</param>
internal delegate void RowMaker(DatasetShape shape, int number, object?[] row);

/// <summary>One table of the domain. Its first column is its key.</summary>
/// <param name="Indexes">What an index is on, made after the rows.</param>
internal sealed record DatasetTable(string Name, IReadOnlyList<Column> Columns, Func<DatasetShape, int> Rows, RowMaker Make, params IReadOnlyList<string> Indexes)
{
    public string Key => Columns[0].Name;

    public string ColumnNames => string.Join(", ", Columns.Select(column => column.Name));

    /// <summary>Of the names and types in order: equal fingerprints have equal columns.</summary>
    public string Fingerprint { get; } = Of(Columns);

    private static string Of(IReadOnlyList<Column> columns)
    {
        var text = string.Join('\n', columns.Select(column => $"{column.Name} {column.Type.SqlName()}{(column.Nullable ? "" : " not null")}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
