using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Staffing.Tables;

namespace Lakehouse.Gateway.Staffing.Files;

/// <summary>Whether a file has a table's columns. Its rows are looked at only after that.</summary>
internal static class SchemaDrift
{
    /// <param name="came">In the file's order; a type is null where the file says none.</param>
    /// <exception cref="ApiError">409, naming the first column that is another.</exception>
    public static void Check(DatasetTable table, IReadOnlyList<(string Name, string? Type)> came)
    {
        for (var at = 0; at < Math.Max(came.Count, table.Columns.Count); at++)
        {
            var column = at < table.Columns.Count ? table.Columns[at] : null;
            (string Name, string? Type)? other = at < came.Count ? came[at] : null;
            if (column is null || other is not { } there || there.Name != column.Name || (there.Type is { } type && type != column.Type.SqlName()))
            {
                throw new ApiError(409, "schema_drift",
                    $"Column {at + 1} of the file is {Said(other?.Name, other?.Type)}; expected is {Said(column?.Name, column?.Type.SqlName())}. The table {table.Name} has the fingerprint {table.Fingerprint}. Nothing was changed.",
                    column?.Name ?? other!.Value.Name);
            }
        }
    }

    private static string Said(string? name, string? type) => name is null ? "missing" : $"'{(name.Length <= 80 ? name : name[..80] + "…")}'{(type is null ? "" : $" ({type})")}";
}
