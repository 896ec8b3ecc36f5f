using System.Buffers;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace Lakehouse.Gateway.Usage;

/// <summary>The durable ledger: one row per attempt, append only, idempotent on the attempt's id.</summary>
internal sealed class UsageLedger(NpgsqlDataSource postgres)
{
    // The records travel as the JSON that they are, and Postgres takes them apart: a batch is one statement, one parameter and one list.
    private const string Insert = """
        insert into gateway.usage (attempt_id, request_id, day, started_at, consumer, provider, model, task_class, session_id, outcome, error, streamed,
            prompt_tokens, completion_tokens, estimated, charged_calls, charged_tokens, cost_nano_usd, latency_ms, first_byte_ms, trace_id,
            attempt, operation, key_id, finish_reason, cached_tokens, cache_write_tokens, reasoning_tokens, hold_id, held_tokens, held_nano_usd, details)
        select attempt_id, request_id, day, started_at, consumer, provider, model, task_class, session_id, outcome, error, coalesce(streamed, false),
            coalesce(prompt_tokens, 0), coalesce(completion_tokens, 0), coalesce(estimated, false), coalesce(charged_calls, 0), coalesce(charged_tokens, 0),
            coalesce(cost_nano_usd, 0), coalesce(latency_ms, 0), first_byte_ms, trace_id,
            coalesce(attempt, 1), coalesce(operation, 'chat'), key_id, finish_reason, coalesce(cached_tokens, 0), coalesce(cache_write_tokens, 0), coalesce(reasoning_tokens, 0),
            hold_id, coalesce(held_tokens, 0), coalesce(held_nano_usd, 0), details
        from jsonb_to_recordset(@records) as r(
            attempt_id text, request_id text, day date, started_at timestamptz, consumer text, provider text, model text, task_class text, session_id text,
            outcome text, error text, streamed boolean, prompt_tokens bigint, completion_tokens bigint, estimated boolean, charged_calls bigint, charged_tokens bigint,
            cost_nano_usd bigint, latency_ms bigint, first_byte_ms bigint, trace_id text, attempt integer, operation text, key_id text, finish_reason text,
            cached_tokens bigint, cache_write_tokens bigint, reasoning_tokens bigint, hold_id text, held_tokens bigint, held_nano_usd bigint, details jsonb)
        on conflict (attempt_id) do nothing
        """;

    /// <exception cref="LedgerUnavailableException">Postgres does not answer; nothing was written.</exception>
    public Task WriteAsync(IReadOnlyList<UsageRecord> records, CancellationToken cancellationToken) => WriteAsync([UsageJson.Write(records)], cancellationToken);

    /// <param name="records">Each as <see cref="UsageJson"/> made it: a list of attempts.</param>
    /// <exception cref="LedgerUnavailableException">Postgres does not answer; nothing was written.</exception>
    /// <exception cref="PostgresException">One of them is no record; nothing was written.</exception>
    public async Task WriteAsync(IReadOnlyList<byte[]> records, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = postgres.CreateCommand(Insert);
            command.Parameters.Add(new NpgsqlParameter("records", NpgsqlDbType.Jsonb) { Value = OneList(records) });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception problem) when (problem is (NpgsqlException and not PostgresException { IsTransient: false }) or TimeoutException)
        {
            throw new LedgerUnavailableException(problem);
        }
    }

    // [a],[b] to [a,b]; for what is no list stands a zero, for which Postgres refuses the batch
    private static ReadOnlyMemory<byte> OneList(IReadOnlyList<byte[]> lists)
    {
        if (lists.Count == 1)
        {
            return lists[0];
        }

        var all = new ArrayBufferWriter<byte>(lists.Sum(list => list.Length) + lists.Count + 1);
        foreach (var list in lists)
        {
            all.Write(all.WrittenCount == 0 ? "["u8 : ","u8);
            all.Write(list is [(byte)'[', .., (byte)']'] ? list.AsSpan()[1..^1] : "0"u8);
        }

        all.Write("]"u8);
        return all.WrittenMemory;
    }

    /// <returns>What was charged on a UTC day, per consumer, provider and session.</returns>
    public async Task<IReadOnlyList<ChargedSum>> ChargedAsync(DateOnly day, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await postgres.OpenConnectionAsync(cancellationToken);
            var sums = await connection.QueryAsync<ChargedSum>(new CommandDefinition("""
                select consumer, provider, session_id as session, sum(charged_calls)::bigint as calls, sum(charged_tokens)::bigint as tokens, sum(cost_nano_usd)::bigint as nanousd
                from gateway.usage where day = @day group by consumer, provider, session_id
                """, new { day = day.ToDateTime(TimeOnly.MinValue) }, cancellationToken: cancellationToken));
            return sums.AsList();
        }
        catch (Exception problem) when (problem is NpgsqlException or TimeoutException)
        {
            throw new LedgerUnavailableException(problem);
        }
    }
}

/// <summary>Part of a day's charges; used to rebuild the counters.</summary>
internal sealed record ChargedSum(string Consumer, string Provider, string? Session, long Calls, long Tokens, long NanoUsd);

/// <summary>Postgres did not answer.</summary>
internal sealed class LedgerUnavailableException(Exception inner) : Exception("The ledger (Postgres) does not answer.", inner);
