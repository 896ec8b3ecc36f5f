using Lakehouse.Gateway.Staffing.Generation;
using Lakehouse.Gateway.Staffing.Tables;

namespace Lakehouse.Gateway.Staffing.Loading;

/// <summary>How far a load is. Written by one, read by anyone.</summary>
internal sealed class LoadProgress(DatasetShape shape, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private readonly long _total = StaffingTables.All.Sum(table => (long)table.Rows(shape));
    private string? _table = StaffingTables.Workers.Name;
    private string _status = "running";
    private string? _error;
    private long _rows;
    private long _ended;

    public DatasetShape Shape => shape;

    public void Begin(DatasetTable table) => Volatile.Write(ref _table, table.Name);

    public void Add(int rows) => Interlocked.Add(ref _rows, rows);

    /// <param name="error">Null = it is loaded.</param>
    public void End(string? error)
    {
        (_error, _table, _ended) = (error, null, time.GetTimestamp());
        Volatile.Write(ref _status, error is null ? "loaded" : "failed");
    }

    public LoadView View()
    {
        var status = Volatile.Read(ref _status);
        var seconds = Math.Max(0.001, time.GetElapsedTime(_started, status == "running" ? time.GetTimestamp() : _ended).TotalSeconds);
        var rows = Interlocked.Read(ref _rows);
        return new(status, shape.Workers, shape.Seed, Volatile.Read(ref _table), rows, _total, Math.Round((double)rows / _total, 3), (long)(rows / seconds), Math.Round(seconds, 1), _error);
    }
}

/// <param name="Status">running, loaded or failed.</param>
/// <param name="Table">Where it is; null = it ended.</param>
/// <param name="Share">Of all rows, 0 to 1.</param>
internal sealed record LoadView(string Status, int Workers, long Seed, string? Table, long Rows, long TotalRows, double Share, long RowsPerSecond, double Seconds, string? Error)
{
    public override string ToString() =>
        $"{Table ?? Status}: {Rows:N0} of {TotalRows:N0} rows ({Share:P0}), {RowsPerSecond:N0} rows/s, {Seconds:0.0} s";
}
