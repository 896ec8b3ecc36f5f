using Lakehouse.Gateway.Errors;
using Parquet;
using Parquet.Meta;

namespace Lakehouse.Gateway.Staffing.Files;

/// <summary>A row group is in memory as a whole, and how large it is the file says itself: a few bytes may claim billions of rows.</summary>
internal static class ParquetBounds
{
    /// <summary>What most programs write at most.</summary>
    public const int GroupRows = 1 << 20;

    /// <summary>Far more than the largest table that can be generated.</summary>
    private const long FileRows = 50_000_000;

    /// <exception cref="ApiError">400, naming the row group.</exception>
    public static void Check(ParquetReader reader, string file)
    {
        var (groups, rows) = (reader.Metadata?.RowGroups ?? [], 0L);
        foreach (var (index, group) in groups.Index())
        {
            if (group.NumRows is < 0 or > GroupRows)
            {
                throw Refused($"row group {index + 1} has {group.NumRows} rows; accepted are at most {GroupRows}, so write the file with smaller row groups");
            }

            if (group.TotalByteSize > UploadedFile.Limit)
            {
                throw Refused($"row group {index + 1} has {group.TotalByteSize >> 20} MiB when it is unpacked; accepted are at most {UploadedFile.Limit >> 20}, so write the file with smaller row groups");
            }

            // what a column lacks would be read as zeros
            if (group.Columns.Find(column => column.MetaData?.NumValues != group.NumRows) is { } odd)
            {
                throw Refused($"row group {index + 1} has {group.NumRows} rows and its column {Name(odd)} {odd.MetaData?.NumValues ?? 0} values; accepted are as many");
            }

            rows += group.NumRows;
        }

        if (rows > FileRows)
        {
            throw Refused($"{rows} rows; accepted are at most {FileRows}, so send it in parts");
        }

        ApiError Refused(string what) => ApiError.BadInput("body", $"{file}: {what}. Nothing was changed.");
    }

    private static string Name(ColumnChunk column) => FileFaults.Shown(string.Join('.', column.MetaData?.PathInSchema ?? []));
}
