using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Staffing.Tables;

namespace Lakehouse.Gateway.Staffing.Files;

/// <summary>Whether a file has a table's columns. Its rows are looked at only after that.</summary>
internal static class SchemaDrift
{
    /// <param name="place">Where the file says its columns.</param>
    /// <param name="came">In the file's order; a type is null where the file says none.</param>
    /// <exception cref="ApiError">409, naming the first column that is another, and all that are missing or unknown.</exception>
    public static void Check(DatasetTable table, string place, IReadOnlyList<(string Name, string? Type)> came)
    {
        for (var at = 0; at < Math.Max(came.Count, table.Columns.Count); at++)
        {
            var column = at < table.Columns.Count ? table.Columns[at] : null;
            (string Name, string? Type)? other = at < came.Count ? came[at] : null;
            if (column is null || other is not { } there || there.Name != column.Name || (there.Type is { } type && type != column.Type.SqlName()))
            {
                throw new ApiError(409, "schema_drift",
                    $"{place}: column {at + 1} is {Said(other?.Name, other?.Type)}; expected is {Said(column?.Name, column?.Type.SqlName())}.{Others(table, came)} The table {table.Name} has the fingerprint {table.Fingerprint}. Nothing was changed.",
                    column?.Name ?? other!.Value.Name);
            }
        }
    }

    private static string Others(DatasetTable table, IReadOnlyList<(string Name, string? Type)> came)
    {
        var (expected, there) = (table.Columns.Select(column => column.Name).ToList(), came.Select(one => one.Name).Take(2 * table.Columns.Count).ToList());
        return Listed("Missing", expected.Except(there)) + Listed("Unknown", there.Except(expected));
    }

    private static string Listed(string what, IEnumerable<string> names) => string.Join(", ", names.Select(FileFaults.Shown)) is { Length: > 0 } list ? $" {what}: {list}." : "";

    private static string Said(string? name, string? type) => name is null ? "missing" : $"{FileFaults.Shown(name)}{(type is null ? "" : $" ({type})")}";
}
