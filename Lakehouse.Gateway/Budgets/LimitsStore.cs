using System.Data.Common;
using System.Text.Json;
using Dapper;
using Lakehouse.Gateway.Keys;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Budgets;

/// <summary>The operator's overrides in Postgres, and from there into memory.</summary>
internal sealed class LimitsStore(KeyDatabase database, ConsumerLimits limits) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    public static Task<int> UpsertAsync(DbConnection connection, LimitsOverride limits, CancellationToken cancellationToken) => connection.ExecuteAsync(new CommandDefinition("""
        insert into gateway.limits (consumer, given, updated_at, updated_by) values (@Consumer, @Given::jsonb, @UpdatedAt, @UpdatedBy)
        on conflict (consumer) do update set given = excluded.given, updated_at = excluded.updated_at, updated_by = excluded.updated_by
        """, new { limits.Consumer, Given = JsonSerializer.Serialize(limits.Given, LakehouseJson.Options), limits.UpdatedAt, limits.UpdatedBy }, cancellationToken: cancellationToken));

    public Task WriteAsync(LimitsOverride given, CancellationToken cancellationToken) =>
        database.RunAsync(connection => UpsertAsync(connection, given, cancellationToken), cancellationToken);

    public Task DeleteAsync(string consumer, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition("delete from gateway.limits where consumer = @consumer", new { consumer }, cancellationToken: cancellationToken)), cancellationToken);

    /// <exception cref="KeysUnavailableException">The limits stay as they are.</exception>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        // one at a time: what was read later is taken later
        await _one.WaitAsync(cancellationToken);
        try
        {
            limits.Take(await database.RunAsync(connection => AllAsync(connection, cancellationToken), cancellationToken));
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private static async Task<List<LimitsOverride>> AllAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var row = await connection.ExecuteReaderAsync(new CommandDefinition("select consumer, given::text, updated_at, updated_by from gateway.limits", cancellationToken: cancellationToken));
        var all = new List<LimitsOverride>();
        while (await row.ReadAsync(cancellationToken))
        {
            var given = JsonSerializer.Deserialize<Dictionary<string, long?>>(row.GetString(1), LakehouseJson.Options)!;
            all.Add(new(row.GetString(0), given, row.GetFieldValue<DateTimeOffset>(2), row.GetString(3)));
        }

        return all;
    }
}
