using System.Text.Json;
using Dapper;
using Lakehouse.ServiceDefaults.Contracts;
using Npgsql;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>What is asked about cycles: by the policy, by people, by the loops that finish what was left.</summary>
internal sealed class CycleQueries(NpgsqlDataSource database)
{
    private const string Columns = "cycle_id as cycleid, depth, dry_run as dryrun, job_id as jobid, trace_id as traceid, gap_id as gapid, gap_line as gapline, enqueued_at as enqueuedat, started_at as startedat, finished_at as finishedat, outcome, reason, pr_url as prurl";

    public async Task<IReadOnlyList<CycleSummary>> ListAsync(string repository, int limit, CancellationToken cancellationToken) =>
        [.. (await QueryAsync<SummaryRow>($"select {Columns} from bot.cycles where repository = @repository order by enqueued_at desc, cycle_id desc limit @limit", new { repository, limit }, cancellationToken)).Select(row => row.ToSummary())];

    /// <summary>The latest full cycles on each gap, skipped ones too, newest first: whose turn it is.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<PastCycle>>> HistoryAsync(string repository, IReadOnlyCollection<string> gapIds, int mostRecent, CancellationToken cancellationToken)
    {
        var records = await RecordsAsync(
            """
            select record::text, jobid from (
                select record, job_id as jobid, row_number() over (partition by gap_id order by enqueued_at desc, cycle_id desc) as place, enqueued_at, cycle_id
                from bot.cycles where repository = @repository and gap_id = any(@gaps) and finished_at is not null and not dry_run) as past
            where place <= @mostRecent order by enqueued_at desc, cycle_id desc
            """,
            new { repository, gaps = gapIds.ToArray(), mostRecent },
            cancellationToken);
        return records.GroupBy(cycle => cycle.Gap?.Id ?? cycle.RequestedGapId!)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<PastCycle>)[.. group.Select(Past)]);
    }

    /// <summary>
    /// The latest attempts on a gap, newest first: what there is to learn from. A cycle that asked no model was none (<see cref="CycleRecord.IsAttempt"/>),
    /// and one whose call the budget refused tells nothing.
    /// </summary>
    public async Task<IReadOnlyList<PastCycle>> AttemptsAsync(string repository, string gapId, int mostRecent, CancellationToken cancellationToken) =>
        [.. (await RecordsAsync(
            "select record::text, job_id as jobid from bot.cycles where repository = @repository and gap_id = @gapId and finished_at is not null and attempted and outcome <> @refused order by enqueued_at desc, cycle_id desc limit @mostRecent",
            new { repository, gapId, mostRecent, refused = CycleOutcome.SkippedCost.ToText() },
            cancellationToken)).Select(Past)];

    public async Task<IReadOnlyList<PastCycle>> RecentAsync(string repository, int limit, CancellationToken cancellationToken) =>
        [.. (await RecordsAsync("select record::text, job_id as jobid from bot.cycles where repository = @repository and finished_at is not null and not dry_run order by enqueued_at desc, cycle_id desc limit @limit", new { repository, limit }, cancellationToken)).Select(Past)];

    /// <summary>Cycles on a gap that made a commit, newest first.</summary>
    public async Task<IReadOnlyList<CycleRecord>> CommittedAsync(string repository, string gapId, CancellationToken cancellationToken) =>
        // not asked of the record in SQL: one that holds \u0000 cannot be looked into there
        [.. (await RecordsAsync("select record::text, job_id as jobid from bot.cycles where repository = @repository and gap_id = @gapId and not dry_run order by enqueued_at desc, cycle_id desc limit 100", new { repository, gapId }, cancellationToken))
            .Where(cycle => cycle.CommitSha is not null)];

    public Task<IReadOnlyList<CycleRecord>> UnfinishedAsync(string repository, CancellationToken cancellationToken) =>
        RecordsAsync("select record::text, job_id as jobid from bot.cycles where repository = @repository and finished_at is null order by enqueued_at", new { repository }, cancellationToken);

    /// <summary>Finished cycles whose file was not written, or which observer or gateway have not got (dry runs they never get).</summary>
    public async Task<IReadOnlyList<string>> UndeliveredAsync(string repository, CancellationToken cancellationToken) => await QueryAsync<string>(
        "select cycle_id from bot.cycles where repository = @repository and finished_at is not null and (exported_at is null or (not dry_run and (observed_at is null or remembered_at is null))) order by finished_at limit 50",
        new { repository },
        cancellationToken);

    /// <summary>Whether the gateway has not been told yet what it taught; false too when there is no such cycle.</summary>
    public async Task<bool> IsForgottenAsync(string cycleId, CancellationToken cancellationToken) =>
        (await QueryAsync<bool>("select remembered_at is null from bot.cycles where cycle_id = @cycleId", new { cycleId }, cancellationToken)) is [true];

    public async Task<CycleView?> ViewAsync(CycleRecord? cycle, CancellationToken cancellationToken)
    {
        if (cycle is null)
        {
            return null;
        }

        var steps = await QueryAsync<StepRow>("select name, state, started_at as startedat, finished_at as finishedat, detail from bot.cycle_steps where cycle_id = @CycleId order by started_at, finished_at", new { cycle.CycleId }, cancellationToken);
        var log = await QueryAsync<LogRow>("select at, line from (select * from bot.cycle_log where cycle_id = @CycleId order by id desc limit 500) as latest order by id", new { cycle.CycleId }, cancellationToken);
        return new CycleView(cycle, [.. steps.Select(step => step.ToStep())], [.. log.Select(line => new CycleLogLine(Utc(line.At), line.Line))]);
    }

    private static PastCycle Past(CycleRecord cycle) => new(
        cycle.CycleId, cycle.EnqueuedAt, cycle.Outcome!.Value, cycle.Reason,
        [.. cycle.Files.Count > 0 ? cycle.Files.Select(file => file.Path) : cycle.Proposal?.Files.Select(file => file.Path) ?? []], cycle.PrUrl, cycle.Code);

    private async Task<IReadOnlyList<CycleRecord>> RecordsAsync(string sql, object arguments, CancellationToken cancellationToken) =>
        [.. (await QueryAsync<RecordRow>(sql, arguments, cancellationToken)).Select(row => row.ToRecord())];

    private async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object arguments, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, arguments, cancellationToken: cancellationToken))).AsList();
    }

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    // Dapper calls these constructors with the columns in the order of the select
    private sealed record SummaryRow(
        string CycleId, string Depth, bool DryRun, string? JobId, string TraceId, string? GapId, string? GapLine,
        DateTime EnqueuedAt, DateTime? StartedAt, DateTime? FinishedAt, string? Outcome, string? Reason, string? PrUrl)
    {
        public CycleSummary ToSummary() => new(
            CycleId, Enum.Parse<CycleDepth>(Depth, ignoreCase: true), DryRun, JobId, TraceId, GapId, GapLine, Utc(EnqueuedAt),
            StartedAt is { } started ? Utc(started) : null, FinishedAt is { } finished ? Utc(finished) : null,
            Outcome is null ? null : CycleOutcomes.Parse(Outcome), Reason, PrUrl);
    }

    private sealed record StepRow(string Name, string State, DateTime StartedAt, DateTime? FinishedAt, string? Detail)
    {
        public CycleStepRow ToStep() => new(Name, Enum.Parse<StepState>(State, ignoreCase: true), Utc(StartedAt), FinishedAt is { } finished ? Utc(finished) : null, Detail);
    }

    private sealed record LogRow(DateTime At, string Line);
}
