using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Staffing.Loading;
using Lakehouse.Gateway.Staffing.Tables;

namespace Lakehouse.Gateway.Staffing.Files;

/// <summary>
/// Takes a file's rows into a table, all or nothing: rows of new keys are added, rows that say something else are updated, and rows that
/// the file does not have stay. The same file again changes nothing.
/// </summary>
internal static class DatasetImport
{
    private const string Incoming = "pg_temp.incoming";
    private static readonly Column Place = new("file_line", ColumnType.Integer);

    /// <param name="rows">With its place in the file behind each.</param>
    /// <param name="source">The kind of file.</param>
    public static async Task<ImportView> RunAsync(string connectionString, DatasetTable table, IAsyncEnumerable<object?[]> rows, string source, CancellationToken cancellationToken)
    {
        await using var writer = await StaffingWriter.OpenAsync(connectionString, cancellationToken);
        await writer.ExecuteAsync($"create temp table incoming (like staffing.{table.Name}, {Place.Name} integer not null) on commit drop", cancellationToken);
        var taken = 0L;
        await using (var copy = await CopyWriter.BeginAsync(writer.Connection, Incoming, table with { Columns = [.. table.Columns, Place] }, "", cancellationToken))
        {
            await foreach (var row in rows.WithCancellation(cancellationToken))
            {
                await copy.WriteAsync(row, cancellationToken);
                taken++;
            }

            await copy.CompleteAsync(cancellationToken);
        }

        await DemandKeysAsync(writer, table, source, cancellationToken);
        var updated = await writer.ExecuteAsync($"analyze {Incoming}; {Update(table)}", cancellationToken);
        var added = await writer.ExecuteAsync($"insert into staffing.{table.Name} ({table.ColumnNames}) select {table.ColumnNames} from {Incoming} i where not exists (select from staffing.{table.Name} t where t.{table.Key} = i.{table.Key})", cancellationToken);
        if (added + updated > 0)
        {
            await IndexAsync(writer, table, cancellationToken);
            var count = await writer.Connection.ExecuteScalarAsync<long>(new CommandDefinition($"select count(*) from staffing.{table.Name}", cancellationToken: cancellationToken));
            await DatasetRecord.WriteAsync(writer.Connection, table, count, source, null, cancellationToken);
        }

        await writer.CommitAsync(cancellationToken);
        return new("import", table.Name, table.Fingerprint, added, updated, taken - added - updated);
    }

    private static async Task DemandKeysAsync(StaffingWriter writer, DatasetTable table, string source, CancellationToken cancellationToken)
    {
        var faults = new FileFaults(table, source);
        var again = writer.Connection.QueryUnbufferedAsync<(string Key, int At, int First)>(
            $"select * from (select {table.Key}, {Place.Name}, min({Place.Name}) over (partition by {table.Key}) as first from {Incoming}) placed where {Place.Name} > first order by {Place.Name}");
        await foreach (var (key, at, first) in again.WithCancellation(cancellationToken))
        {
            faults.Add(table.Key, at, null, $"{table.Key} is {FileFaults.Shown(key)}, as in {faults.Unit} {first} already; accepted is each once.");
        }

        if (faults.Any)
        {
            throw faults.ToError();
        }
    }

    private static string Update(DatasetTable table)
    {
        var values = table.Columns.Skip(1).Select(column => column.Name).ToList();
        return $"""
            update staffing.{table.Name} t set {string.Join(", ", values.Select(name => $"{name} = i.{name}"))} from {Incoming} i
            where t.{table.Key} = i.{table.Key} and ({string.Join(", ", values.Select(name => $"t.{name}"))}) is distinct from ({string.Join(", ", values.Select(name => $"i.{name}"))})
            """;
    }

    // a table that was empty until now has its key and nothing else
    private static async Task IndexAsync(StaffingWriter writer, DatasetTable table, CancellationToken cancellationToken)
    {
        var there = await writer.Connection.ExecuteScalarAsync<long>(new CommandDefinition("select count(*) from pg_indexes where schemaname = 'staffing' and tablename = @Name", new { table.Name }, cancellationToken: cancellationToken));
        foreach (var index in there > 1 ? [] : table.Indexes)
        {
            await writer.ExecuteAsync($"create index on staffing.{table.Name} {index}", cancellationToken);
        }

        await writer.ExecuteAsync($"analyze staffing.{table.Name}", cancellationToken);
    }
}

internal sealed record ImportView(string Object, string Table, string Fingerprint, long Added, long Updated, long Unchanged);
