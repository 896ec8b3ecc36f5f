using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Sessions;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Memory;

/// <summary>Reads what is known. Whoever may not read a memory is told that there is none.</summary>
internal sealed class MemoryStore(NpgsqlDataSource postgres, MemoryEcho echo)
{
    /// <summary>What is live unless the filter says otherwise; newest first.</summary>
    public Task<Page<MemoryItem>> ListAsync(string consumer, MemoryFilter filter, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        var rows = (await connection.QueryAsync<MemoryRow>(new CommandDefinition($"""
            select {MemoryRow.Columns} from gateway.memories
            where {MemoryScope.Condition} and {MemoryFilter.InTime} and (@State <> 'closed' or valid_to is not null)
                and (@Kind::text is null or kind = @Kind) and (@Key::text is null or key = @Key) and (@After::text is null or memory_id < @After collate "C")
            order by memory_id desc limit @more
            """, new { filter.Scope.Exact, filter.Scope.Shared, filter.Kind, filter.Key, filter.State, filter.AsOf, filter.Page.After, more = filter.Page.Limit + 1 }, cancellationToken: cancellationToken))).AsList();
        var page = Page<MemoryItem>.Of([.. rows.Select(row => row.ToItem())], filter.Page.Limit, item => item.Id);
        await echo.NoteAsync(connection, consumer, [.. page.Data.Select(item => item.Id)], cancellationToken);
        return page;
    }, cancellationToken);

    public Task<MemoryView> GetAsync(string consumer, string id, MemoryScope scope, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        var row = await FindAsync(connection, id, scope, cancellationToken);
        var chain = await ChainAsync(connection, id, cancellationToken);
        await echo.NoteAsync(connection, consumer, [.. chain.Select(version => version.Id)], cancellationToken);
        return new MemoryView(row.ToItem(), [.. chain.Select(version => version.ToItem())], chain[^1].Id);
    }, cancellationToken);

    public Task<MemoryRow> FindAsync(string id, MemoryScope scope, CancellationToken cancellationToken) => postgres.UseAsync(connection => FindAsync(connection, id, scope, cancellationToken), cancellationToken);

    /// <summary>All versions, from the first to the last. It ends even where the rows point in a circle.</summary>
    public static async Task<IReadOnlyList<MemoryRow>> ChainAsync(NpgsqlConnection connection, string id, CancellationToken cancellationToken)
    {
        // union, not union all: what was seen is not followed again
        var rows = (await connection.QueryAsync<MemoryRow>(new CommandDefinition($"""
            with recursive back as (
                select memory_id, superseded_by from gateway.memories where memory_id = @id
                union select older.memory_id, older.superseded_by from gateway.memories older join back on older.superseded_by = back.memory_id),
            forth as (
                select memory_id, superseded_by from gateway.memories where memory_id = @id
                union select newer.memory_id, newer.superseded_by from gateway.memories newer join forth on newer.memory_id = forth.superseded_by)
            select {MemoryRow.Columns} from gateway.memories where memory_id in (select memory_id from back union select memory_id from forth)
            """, new { id }, cancellationToken: cancellationToken))).ToDictionary(row => row.Id);
        var followers = rows.Values.Select(row => row.SupersededBy).OfType<string>().ToHashSet();
        var chain = new List<MemoryRow>();
        for (var next = rows.Values.FirstOrDefault(row => !followers.Contains(row.Id)) ?? rows[id]; next is not null; next = next.SupersededBy is { } follower && rows.Remove(follower, out var row) ? row : null)
        {
            rows.Remove(next.Id);
            chain.Add(next);
        }

        return chain;
    }

    public static ApiError NotFound(string id) =>
        new(404, "memory_not_found", $"There is no memory '{(id.Length <= 80 ? id : id[..80] + "…")}'; GET /v1/memory lists them.", "id");

    private static async Task<MemoryRow> FindAsync(NpgsqlConnection connection, string id, MemoryScope scope, CancellationToken cancellationToken) =>
        PageQuery.IsId(id, "mem_") && await connection.QuerySingleOrDefaultAsync<MemoryRow>(new CommandDefinition(
            $"select {MemoryRow.Columns} from gateway.memories where memory_id = @id and (@Anywhere or {MemoryScope.Condition})",
            new { id, scope.Exact, scope.Shared, scope.Anywhere }, cancellationToken: cancellationToken)) is { } row ? row : throw NotFound(id);
}

/// <summary>Which memories.</summary>
/// <param name="State"><c>live</c>, <c>closed</c> or <c>all</c>.</param>
/// <param name="AsOf">What held at that moment, whatever became of it.</param>
internal sealed record MemoryFilter(MemoryScope Scope, string? Kind, string? Key, string State, DateTimeOffset? AsOf, PageQuery Page)
{
    /// <summary>For SQL: with <c>@AsOf</c> and <c>@State</c>.</summary>
    public const string InTime = "case when @AsOf::timestamptz is null then @State <> 'live' or valid_to is null else valid_from <= @AsOf and (valid_to is null or valid_to > @AsOf) end";
}

/// <param name="History">All versions of it, the first one first.</param>
/// <param name="Tip">Id of the last version, the only one that can be changed.</param>
internal sealed record MemoryView(MemoryItem Memory, IReadOnlyList<MemoryItem> History, string Tip);
