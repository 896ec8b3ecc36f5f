using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>What the database knows of gaps, added up; and the one thing that a person changes in it.</summary>
internal sealed class GapLedger(NpgsqlDataSource database, IOptions<BotOptions> options, TimeProvider time)
{
    private const int Latest = 5;

    private const string Sums = """
        select g as gapid, coalesce(sum(c.cost_nano_usd), 0)::bigint as cost, count(*) filter (where c.attempted)::integer as attempts,
            min(c.cycle_id) filter (where c.finished_at is null and c.cycle_id <> @except) as running,
            s.strikes, s.last_at as lastfailureat, p.parked_at as parkedat, p.reason as parkedreason, p.parked_by as parkedby
        from unnest(@gaps) g
        left join bot.cycles c on c.repository = @repository and c.gap_id = g
        left join bot.gap_strikes s on s.repository = @repository and s.gap_id = g
        left join bot.parked_gaps p on p.repository = @repository and p.gap_id = g
        group by g, s.strikes, s.last_at, p.parked_at, p.reason, p.parked_by
        """;

    private const string Ends = """
        select gap_id as gapid, cycle_id as cycleid, enqueued_at as at, outcome, code, reason, pr_url as prurl from (
            select *, row_number() over (partition by gap_id order by enqueued_at desc, cycle_id desc) as place
            from bot.cycles where repository = @repository and gap_id = any(@gaps) and finished_at is not null and not dry_run) as past
        where place <= @latest order by enqueued_at desc, cycle_id desc
        """;

    // a dry run that asked the forge has learnt the same as a full one
    private const string LastingEnds = """
        select distinct on (gap_id) gap_id as gapid, cycle_id as cycleid, enqueued_at as at, outcome, code, reason,
            (select l.pr_url from bot.cycles l where l.repository = c.repository and l.gap_id = c.gap_id and l.pr_url is not null order by l.enqueued_at desc limit 1) as prurl
        from bot.cycles c
        where repository = @repository and gap_id = any(@gaps) and finished_at is not null and ((outcome = 'ok' and not dry_run) or code = any(@codes))
        order by gap_id, enqueued_at desc, cycle_id desc
        """;

    /// <param name="except">A cycle that does not count as being in progress: the one that asks.</param>
    /// <returns>One for each of the gaps, by id.</returns>
    public async Task<IReadOnlyDictionary<string, GapStanding>> ReadAsync(string repository, IReadOnlyList<Gap> gaps, string? except, CancellationToken cancellationToken)
    {
        var codes = GapStanding.LastingCodes.Select(code => CycleStore.Text(code)).ToArray();
        var arguments = new { repository, gaps = gaps.Select(gap => gap.Id).ToArray(), except = except ?? "", latest = Latest, codes };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        async Task<IReadOnlyList<T>> AskAsync<T>(string sql) => (await connection.QueryAsync<T>(new CommandDefinition(sql, arguments, cancellationToken: cancellationToken))).AsList();
        var sums = await AskAsync<SumRow>(Sums);
        var ends = (await AskAsync<EndRow>(Ends)).ToLookup(row => row.GapId);
        var lasting = (await AskAsync<EndRow>(LastingEnds)).ToDictionary(row => row.GapId);
        var now = time.GetUtcNow();
        return sums.ToDictionary(row => row.GapId, row =>
        {
            var last = lasting.GetValueOrDefault(row.GapId);
            var facts = new GapFacts(
                [.. ends[row.GapId].Select(end => end.ToCycle())], row.Attempts, row.Cost, row.Strikes ?? 0, Utc(row.LastFailureAt),
                row.ParkedAt is { } at ? new Parked(Utc(at)!.Value, row.ParkedReason!, row.ParkedBy!) : null, last?.ToCycle(), row.Running, last?.PrUrl);
            return GapStanding.Of(facts, options.Value.GapPause, now);
        });
    }

    /// <summary>Begins the count of a gap anew: it is neither parked nor cooling down, and what failed so far does not count any more.</summary>
    public async Task UnparkAsync(string repository, string gapId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            {GapParking.TakeTurn};
            delete from bot.parked_gaps where repository = @repository and gap_id = @gapId;
            insert into bot.gap_resets (repository, gap_id, reset_at) values (@repository, @gapId, @now)
            on conflict (repository, gap_id) do update set reset_at = greatest(gap_resets.reset_at, excluded.reset_at);
            """,
            new { repository, gapId, now = time.GetUtcNow() },
            transaction,
            cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    private static DateTimeOffset? Utc(DateTime? at) => at is { } time ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)) : null;

    // Dapper calls these constructors with the columns in the order of the select
    private sealed record SumRow(string GapId, long Cost, int Attempts, string? Running, int? Strikes, DateTime? LastFailureAt, DateTime? ParkedAt, string? ParkedReason, string? ParkedBy);

    private sealed record EndRow(string GapId, string CycleId, DateTime At, string Outcome, string? Code, string? Reason, string? PrUrl)
    {
        public GapCycle ToCycle() => new(CycleId, Utc(At)!.Value, CycleOutcomes.Parse(Outcome), Code is null ? null : CycleStore.Parse<EndCode>(Code), Reason);
    }
}
