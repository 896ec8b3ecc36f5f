using System.Text.Json;
using Dapper;
using Lakehouse.ServiceDefaults.Contracts;
using Npgsql;

namespace Lakehouse.Observer.Ingest;

/// <summary>The table <c>observer.events</c>: rows go in and are read, nothing else (a trigger refuses the rest).</summary>
internal sealed class EventStore(NpgsqlDataSource database)
{
    private static readonly JsonSerializerOptions Reading = new(LakehouseJson.Options)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <returns>False when an event of this id was already there; then the first one stays.</returns>
    public async Task<bool> InsertAsync(ObserverEvent observed, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        var command = new CommandDefinition(
            """
            insert into observer.events (event_id, received_at, source, body)
            values (@EventId, @receivedAt, @Source, @body::jsonb)
            on conflict (event_id) do nothing
            """,
            new { observed.EventId, receivedAt, observed.Source, body = JsonSerializer.Serialize(observed, LakehouseJson.Options) },
            cancellationToken: cancellationToken);
        try
        {
            return await ExecuteAsync(command, cancellationToken) == 1;
        }
        catch (NpgsqlException fault) when (fault is not PostgresException { IsTransient: false })
        {
            // a pooled connection that died with its server looks like this; the id makes a second try harmless
            return await ExecuteAsync(command, cancellationToken) == 1;
        }
    }

    /// <summary>Rows after <paramref name="seq"/>, oldest first.</summary>
    public async Task<IReadOnlyList<StoredEvent>> ReadAfterAsync(long seq, int limit, CancellationToken cancellationToken)
    {
        const string sql = "select seq, body::text as body from observer.events where seq > @seq order by seq limit @limit";
        return await ReadAsync(new CommandDefinition(sql, new { seq, limit }, cancellationToken: cancellationToken), cancellationToken);
    }

    /// <summary>Rows before <paramref name="seq"/>, newest first.</summary>
    public async Task<IReadOnlyList<StoredEvent>> ReadBeforeAsync(long seq, string? source, int limit, CancellationToken cancellationToken)
    {
        var sql = $"""
            select seq, body::text as body from observer.events
            where seq < @seq {(source is null ? "" : "and source = @source")} order by seq desc limit @limit
            """;
        return await ReadAsync(new CommandDefinition(sql, new { seq, source, limit }, cancellationToken: cancellationToken), cancellationToken);
    }

    private async Task<int> ExecuteAsync(CommandDefinition command, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(command);
    }

    private async Task<IReadOnlyList<StoredEvent>> ReadAsync(CommandDefinition command, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(long Seq, string Body)>(command);
        return [.. rows.Select(row => Parse(row.Seq, row.Body))];
    }

    private static StoredEvent Parse(long seq, string body)
    {
        try
        {
            var observed = JsonSerializer.Deserialize<ObserverEvent>(body, Reading);
            return observed is null || observed.Endpoint.Length == 0 || observed.Source.Length == 0
                ? new StoredEvent(seq, null, "it has no endpoint or no source")
                : new StoredEvent(seq, observed, null);
        }
        catch (JsonException problem)
        {
            return new StoredEvent(seq, null, problem.Message);
        }
    }
}

/// <param name="Event">Null when the row cannot be read; then <paramref name="Problem"/> says why.</param>
internal sealed record StoredEvent(long Seq, ObserverEvent? Event, string? Problem);
