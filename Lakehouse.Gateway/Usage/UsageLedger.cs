using System.Buffers;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace Lakehouse.Gateway.Usage;

/// <summary>The durable ledger: one row per attempt, append only, idempotent on the attempt's id.</summary>
internal sealed class UsageLedger(NpgsqlDataSource postgres)
{
    private static readonly string Copy = $"copy gateway.usage ({UsageColumns.Names}) from stdin";

    private static readonly string Insert = $"""
        insert into gateway.usage ({UsageColumns.Names})
        select {UsageColumns.Values} from jsonb_to_recordset(@records) as r({UsageColumns.Types})
        on conflict (attempt_id) do nothing
        """;

    /// <exception cref="LedgerUnavailableException">Postgres does not answer; nothing was written.</exception>
    public Task WriteAsync(UsageRecord record, CancellationToken cancellationToken) => WriteAsync([UsageLine.Write(record)], cancellationToken);

    /// <param name="records">Each a <see cref="UsageLine"/>, or a JSON list of records.</param>
    /// <exception cref="LedgerUnavailableException">Postgres does not answer, or has no ledger yet, or lets nobody in; nothing was written.</exception>
    /// <exception cref="PostgresException">One of them is no record; nothing was written.</exception>
    public async Task WriteAsync(IReadOnlyList<byte[]> records, CancellationToken cancellationToken)
    {
        try
        {
            if (!records.All(UsageLine.Is) || !await TryCopyAsync(records, cancellationToken))
            {
                await InsertAsync([.. records.Select(UsageLine.ToJson)], cancellationToken);
            }
        }
        catch (Exception problem) when (problem is TimeoutException || (problem is NpgsqlException and not PostgresException) || (problem is PostgresException refusal && !IsOfRecord(refusal)))
        {
            throw new LedgerUnavailableException(problem);
        }
    }

    // data exceptions and violated constraints; any other refusal would be one of good records, too
    private static bool IsOfRecord(PostgresException refusal) => refusal.SqlState is ['2', '2' or '3', ..];

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

    /// <summary>A third of what an insert costs, but all or nothing.</summary>
    /// <returns>False: the ledger has one of them already, or cannot read it, or the server does not take COPY (some that speak Postgres' protocol do not). Nothing was written.</returns>
    private async Task<bool> TryCopyAsync(IReadOnlyList<byte[]> lines, CancellationToken cancellationToken)
    {
        await using var connection = await postgres.OpenConnectionAsync(cancellationToken);
        try
        {
            // disposed where all was sent; else the connection cancels it, and disposing it would commit a part
            var copy = await connection.BeginTextImportAsync(Copy, cancellationToken);
            foreach (var line in lines)
            {
                await copy.BaseStream.WriteAsync(line, cancellationToken);
            }

            await copy.DisposeAsync();
            return true;
        }
        catch (PostgresException problem) when (IsOfRecord(problem) || problem.SqlState == PostgresErrorCodes.FeatureNotSupported)
        {
            return false;
        }
    }

    // Postgres takes the JSON apart: a batch is one statement, one parameter and one list
    private async Task InsertAsync(IReadOnlyList<byte[]> lists, CancellationToken cancellationToken)
    {
        await using var command = postgres.CreateCommand(Insert);
        command.Parameters.Add(new NpgsqlParameter("records", NpgsqlDbType.Jsonb) { Value = OneList(lists) });
        await command.ExecuteNonQueryAsync(cancellationToken);
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
}

/// <summary>Part of a day's charges; used to rebuild the counters.</summary>
internal sealed record ChargedSum(string Consumer, string Provider, string? Session, long Calls, long Tokens, long NanoUsd);

/// <summary>Postgres did not answer.</summary>
internal sealed class LedgerUnavailableException(Exception inner) : Exception("The ledger (Postgres) does not answer.", inner);
