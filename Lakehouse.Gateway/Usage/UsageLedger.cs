using Dapper;
using Lakehouse.Gateway.Budgets;
using Npgsql;

namespace Lakehouse.Gateway.Usage;

/// <summary>The durable ledger: one row per attempt, append only, idempotent on the attempt's id.</summary>
internal sealed class UsageLedger(NpgsqlDataSource postgres)
{
    private const string Insert = """
        insert into gateway.usage (attempt_id, request_id, day, started_at, consumer, provider, model, task_class, session_id, outcome, error, streamed,
            prompt_tokens, completion_tokens, estimated, charged_calls, charged_tokens, cost_nano_usd, latency_ms, first_byte_ms, trace_id,
            attempt, operation, key_id, finish_reason, cached_tokens, cache_write_tokens, reasoning_tokens, hold_id, held_tokens, held_nano_usd, details)
        values (@AttemptId, @RequestId, @Date, @StartedAt, @Consumer, @Provider, @Model, @TaskClass, @SessionId, @Outcome, @Error, @Streamed,
            @PromptTokens, @CompletionTokens, @Estimated, @ChargedCalls, @ChargedTokens, @CostNanoUsd, @LatencyMs, @FirstByteMs, @TraceId,
            @Attempt, @Operation, @KeyId, @FinishReason, @CachedTokens, @CacheWriteTokens, @ReasoningTokens, @HoldId, @HeldTokens, @HeldNanoUsd, @Details::jsonb)
        on conflict (attempt_id) do nothing
        """;

    /// <exception cref="LedgerUnavailableException">Postgres does not answer; nothing was written.</exception>
    public async Task WriteAsync(IReadOnlyList<UsageRecord> records, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await postgres.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(Insert, records.Select(Row), transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
        }
        catch (Exception problem) when (problem is NpgsqlException or TimeoutException)
        {
            throw new LedgerUnavailableException(problem);
        }
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

    private static object Row(UsageRecord record) => new
    {
        record.AttemptId, record.RequestId, Date = BudgetDay.Date(record.Day).ToDateTime(TimeOnly.MinValue), record.StartedAt,
        record.Consumer, record.Provider, record.Model, record.TaskClass, record.SessionId, record.Outcome, record.Error, record.Streamed,
        record.PromptTokens, record.CompletionTokens, record.Estimated, record.ChargedCalls, record.ChargedTokens, record.CostNanoUsd,
        record.LatencyMs, record.FirstByteMs, record.TraceId,
        record.Attempt, record.Operation, record.KeyId, record.FinishReason, record.CachedTokens, record.CacheWriteTokens, record.ReasoningTokens,
        record.HoldId, record.HeldTokens, record.HeldNanoUsd, Details = record.Details?.ToJsonString(),
    };
}

/// <summary>Part of a day's charges; used to rebuild the counters.</summary>
internal sealed record ChargedSum(string Consumer, string Provider, string? Session, long Calls, long Tokens, long NanoUsd);

/// <summary>Postgres did not answer.</summary>
internal sealed class LedgerUnavailableException(Exception inner) : Exception("The ledger (Postgres) does not answer.", inner);
