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

    public static async Task<ImportView> RunAsync(string connectionString, DatasetTable table, IAsyncEnumerable<object?[]> rows, string source, CancellationToken cancellationToken)
    {
        await using var writer = await StaffingWriter.OpenAsync(connectionString, cancellationToken);
        await writer.ExecuteAsync($"create temp table incoming (like staffing.{table.Name}) on commit drop", cancellationToken);
        var taken = 0L;
        await using (var copy = await CopyWriter.BeginAsync(writer.Connection, Incoming, table, "", cancellationToken))
        {
            await foreach (var row in rows.WithCancellation(cancellationToken))
            {
                await copy.WriteAsync(row, cancellationToken);
                taken++;
            }

            await copy.CompleteAsync(cancellationToken);
        }

        await DemandKeysAsync(writer, table, cancellationToken);
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

    private static async Task DemandKeysAsync(StaffingWriter writer, DatasetTable table, CancellationToken cancellationToken)
    {
        var twice = await writer.Connection.QueryFirstOrDefaultAsync<(string Key, long Row)>(new CommandDefinition(
            $"select {table.Key}, max(n) from (select {table.Key}, row_number() over () as n from {Incoming}) numbered group by {table.Key} having count(*) > 1 order by 2 limit 1", cancellationToken: cancellationToken));
        if (twice.Key is not null)
        {
            throw ApiError.BadInput(table.Key, $"Row {twice.Row}: {table.Key} is '{twice.Key}', which an earlier row is too; accepted is each once. Nothing was changed.");
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
