using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Staffing.Tables;

namespace Lakehouse.Gateway.Staffing.Files;

/// <summary>What is wrong with a file's rows, told at once: the first of them by place, and how many more there are.</summary>
internal sealed class FileFaults(DatasetTable table, string kind)
{
    public const string Csv = "csv";
    public const string Parquet = "parquet";
    public const int Told = 20;
    private const int LongestShown = 80;

    /// <summary>Stands for bytes that are no UTF-8; nothing that is meant for exchange has it.</summary>
    public const char NoText = '\uFFFF';

    private readonly List<string> _told = [];
    private string? _param;
    private long _count;

    public bool Any => _count > 0;

    /// <summary>As the messages call it: an upload has no name of its own.</summary>
    public string File { get; } = $"{table.Name}.{kind}";

    /// <summary>What its places are numbers of.</summary>
    public string Unit { get; } = kind == Csv ? "line" : "row";

    /// <param name="at">The line of a CSV file, the row of a Parquet file, from 1.</param>
    /// <param name="key">Of the row, where it has one.</param>
    public void Add(string param, long at, string? key, string what)
    {
        _param ??= param;
        if (_count++ < Told)
        {
            _told.Add($"{File}, {Unit} {at}{(key is null ? "" : $" ({table.Key} {Shown(key)})")}: {what}");
        }
    }

    public void AddValue(Column column, long at, string? key, string? value) => Add(
        column.Name, at, column.Name == table.Key ? null : key, $"{column.Name} is {(value is null ? "missing" : Shown(value))}; accepted is {(value?.Contains(NoText, StringComparison.Ordinal) is true ? "UTF-8" : column.Accepted)}.");

    public ApiError ToError() =>
        ApiError.BadInput(_param!, $"{string.Join('\n', _told)}{(_count > Told ? $"\n… and {_count - Told} more." : "")} Nothing was changed.");

    /// <summary>A value as a message has it.</summary>
    public static string Shown(string value) => $"'{(value.Length <= LongestShown ? value : value[..LongestShown] + "…").Replace('\0', '␀').Replace(NoText, '\uFFFD')}'";
}
