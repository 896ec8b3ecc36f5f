using Lakehouse.Gateway.Staffing.Generation;
using Lakehouse.Gateway.Staffing.Sql;
using Lakehouse.Gateway.Staffing.Tables;
using Npgsql;

namespace Lakehouse.Gateway.Staffing.Loading;

/// <summary>
/// Generates all tables into a schema beside the one in use and puts them in its place at the end, everything in one transaction:
/// readers see the old rows until the new ones are whole and indexed, and a load that is killed has never been.
/// </summary>
internal static class DatasetLoad
{
    private const string Fresh = "staffing_next";
    private const int Step = 5_000;

    /// <param name="onTable">Told each table as it is done, with what it took.</param>
    public static async Task RunAsync(StaffingWriter writer, LoadProgress progress, TimeProvider time, Action<DatasetTable, TimeSpan> onTable, CancellationToken cancellationToken)
    {
        await writer.ExecuteAsync($"create schema {Fresh}; set local maintenance_work_mem = '128MB'", cancellationToken);
        foreach (var table in StaffingTables.All)
        {
            var started = time.GetTimestamp();
            progress.Begin(table);
            await CopyAsync(writer.Connection, table, progress, cancellationToken);
            foreach (var sql in After(table))
            {
                await writer.ExecuteAsync(sql, cancellationToken);
            }

            onTable(table, time.GetElapsedTime(started));
        }

        await SwapAsync(writer, progress.Shape, cancellationToken);
        await writer.CommitAsync(cancellationToken);
    }

    private static async Task CopyAsync(NpgsqlConnection connection, DatasetTable table, LoadProgress progress, CancellationToken cancellationToken)
    {
        await using (var make = new NpgsqlCommand($"create table {Fresh}.{table.Name} (like staffing.{table.Name} including comments)", connection))
        {
            await make.ExecuteNonQueryAsync(cancellationToken);
        }

        // frozen: nobody has seen the table yet, so its rows need no second writing by the vacuum
        await using var copy = await CopyWriter.BeginAsync(connection, $"{Fresh}.{table.Name}", table, ", freeze", cancellationToken);
        var (rows, row) = (table.Rows(progress.Shape), new object?[table.Columns.Count]);
        for (var number = 1; number <= rows; number++)
        {
            table.Make(progress.Shape, number, row);
            await copy.WriteAsync(row, cancellationToken);
            if (number % Step == 0 || number == rows)
            {
                progress.Add(number % Step == 0 ? Step : number % Step);
            }
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static IEnumerable<string> After(DatasetTable table) =>
    [
        $"alter table {Fresh}.{table.Name} add primary key ({table.Key})",
        .. table.Indexes.Select(index => $"create index on {Fresh}.{table.Name} {index}"),
        $"analyze {Fresh}.{table.Name}",
    ];

    private static async Task SwapAsync(StaffingWriter writer, DatasetShape shape, CancellationToken cancellationToken)
    {
        var names = StaffingTables.All.Select(table => table.Name).ToList();
        await writer.ExecuteAsync($"drop table {string.Join(", ", names.Select(name => $"staffing.{name}"))}", cancellationToken);
        await writer.ExecuteAsync(string.Join("; ", names.Select(name => $"alter table {Fresh}.{name} set schema staffing")), cancellationToken);
        await writer.ExecuteAsync($"drop schema {Fresh}", cancellationToken);
        await SqlRole.GrantAsync(writer.Connection, cancellationToken);
        foreach (var table in StaffingTables.All)
        {
            await DatasetRecord.WriteAsync(writer.Connection, table, table.Rows(shape), "generated", shape.Seed, cancellationToken);
        }
    }
}
