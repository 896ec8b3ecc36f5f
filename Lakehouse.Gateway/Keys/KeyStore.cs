using System.Data.Common;
using System.Text.Json;
using Dapper;
using Lakehouse.Gateway.Budgets;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Keys;

/// <summary>Virtual keys in Postgres. Rows are never deleted: who had a key is part of the record.</summary>
internal sealed class KeyStore(KeyDatabase database)
{
    private const string Columns = "id, consumer, name, hash, hint, scopes::text, created_at, created_by, expires_at, revoked_at, last_used_at, previous_hash, previous_until";

    /// <param name="limits">What to set for the key's consumer in the same transaction, if anything.</param>
    public Task<VirtualKey> InsertAsync(VirtualKey key, LimitsOverride? limits, CancellationToken cancellationToken) => database.RunAsync(async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (limits is not null)
        {
            await LimitsStore.UpsertAsync(connection, limits, cancellationToken);
        }

        var rows = await RowsAsync(connection, $"""
            insert into gateway.keys (id, consumer, name, hash, hint, scopes, created_at, created_by, expires_at)
            values (@Id, @Consumer, @Name, @Hash, @Hint, @Scopes::jsonb, @CreatedAt, @CreatedBy, @ExpiresAt) returning {Columns}
            """, new
        {
            key.Id, key.Consumer, key.Name, Hash = key.Hash.ToBytes(), key.Hint, Scopes = JsonSerializer.Serialize(key.Scopes, LakehouseJson.Options),
            key.CreatedAt, key.CreatedBy, key.ExpiresAt,
        }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return rows[0];
    }, cancellationToken);

    /// <param name="after">Id of the last key of the page before; empty for the first.</param>
    public Task<IReadOnlyList<VirtualKey>> ListAsync(string after, int limit, string? consumer, CancellationToken cancellationToken) => QueryAsync(
        $"select {Columns} from gateway.keys where id > @after and (@consumer::text is null or consumer = @consumer) order by id limit @limit", new { after, limit, consumer }, cancellationToken);

    public async Task<VirtualKey?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await QueryAsync($"select {Columns} from gateway.keys where id = @id", new { id }, cancellationToken)).SingleOrDefault();

    /// <summary>All that may be admitted.</summary>
    public Task<IReadOnlyList<VirtualKey>> LiveAsync(CancellationToken cancellationToken) =>
        QueryAsync($"select {Columns} from gateway.keys where revoked_at is null", new { }, cancellationToken);

    public Task<IReadOnlyList<VirtualKey>> LiveAsync(IEnumerable<KeyHash> hashes, CancellationToken cancellationToken) => QueryAsync(
        $"select {Columns} from gateway.keys where revoked_at is null and (hash = any(@hashes) or previous_hash = any(@hashes))",
        new { hashes = hashes.Select(hash => hash.ToBytes()).ToArray() }, cancellationToken);

    /// <returns>Null when the key is no longer as <paramref name="seen"/>: somebody rotated or revoked it.</returns>
    public async Task<VirtualKey?> RotateAsync(VirtualKey seen, KeyHash hash, string hint, DateTimeOffset? previousUntil, CancellationToken cancellationToken) => (await QueryAsync($"""
        update gateway.keys set hash = @hash, hint = @hint, previous_hash = @previous, previous_until = @previousUntil
        where id = @Id and hash = @seen and revoked_at is null returning {Columns}
        """, new
    {
        seen.Id, hash = hash.ToBytes(), hint, seen = seen.Hash.ToBytes(), previous = previousUntil is null ? null : seen.Hash.ToBytes(), previousUntil,
    }, cancellationToken)).SingleOrDefault();

    /// <summary>A key that was revoked before stays as it is.</summary>
    public async Task<VirtualKey> RevokeAsync(string id, DateTimeOffset at, CancellationToken cancellationToken) => (await QueryAsync(
        $"update gateway.keys set revoked_at = coalesce(revoked_at, @at) where id = @id returning {Columns}", new { id, at }, cancellationToken)).Single();

    public Task UsedAsync(IReadOnlyDictionary<string, DateTimeOffset> seen, CancellationToken cancellationToken) => database.RunAsync(connection => connection.ExecuteAsync(new CommandDefinition("""
        update gateway.keys set last_used_at = greatest(last_used_at, used.at)
        from unnest(@ids, @times) as used (id, at) where keys.id = used.id
        """, new { ids = seen.Keys.ToArray(), times = seen.Values.ToArray() }, cancellationToken: cancellationToken)), cancellationToken);

    private Task<IReadOnlyList<VirtualKey>> QueryAsync(string sql, object values, CancellationToken cancellationToken) =>
        database.RunAsync(connection => RowsAsync(connection, sql, values, cancellationToken), cancellationToken);

    private static async Task<IReadOnlyList<VirtualKey>> RowsAsync(DbConnection connection, string sql, object values, CancellationToken cancellationToken)
    {
        await using var row = await connection.ExecuteReaderAsync(new CommandDefinition(sql, values, cancellationToken: cancellationToken));
        var keys = new List<VirtualKey>();
        while (await row.ReadAsync(cancellationToken))
        {
            keys.Add(new(
                row.GetString(0), row.GetString(1), row.GetString(2), KeyHash.From(row.GetFieldValue<byte[]>(3)), row.GetString(4),
                JsonSerializer.Deserialize<KeyScopes>(row.GetString(5), LakehouseJson.Options)!, row.GetFieldValue<DateTimeOffset>(6), row.GetString(7),
                Time(row, 8), Time(row, 9), Time(row, 10), row.IsDBNull(11) ? null : KeyHash.From(row.GetFieldValue<byte[]>(11)), Time(row, 12)));
        }

        return keys;
    }

    private static DateTimeOffset? Time(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
