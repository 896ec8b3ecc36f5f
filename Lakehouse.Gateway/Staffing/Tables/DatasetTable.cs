using System.Security.Cryptography;
using System.Text;
using Lakehouse.Gateway.Staffing.Generation;

namespace Lakehouse.Gateway.Staffing.Tables;

/// <param name="IdPrefix">Of the ids that it holds: W of W-17. Null = it holds none.</param>
internal sealed record Column(string Name, ColumnType Type, bool Nullable = false, string? IdPrefix = null)
{
    private const int LongestId = 20;

    public string Accepted => IdPrefix is null ? Type.Accepted() : $"{IdPrefix}- and a whole number from 1, such as {IdPrefix}-17";

    /// <returns>Null where the text is no value of the column.</returns>
    public object? Parse(string text) => IdPrefix is null || IsId(text, IdPrefix) ? Type.Parse(text) : null;

    private static bool IsId(string text, string prefix) =>
        text.Length <= LongestId && text.StartsWith($"{prefix}-", StringComparison.Ordinal) && text.AsSpan(prefix.Length + 1) is ['1' or '2' or '3' or '4' or '5' or '6' or '7' or '8' or '9', .. var rest] && !rest.ContainsAnyExceptInRange('0', '9');
}

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
