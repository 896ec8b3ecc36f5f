using System.Text.Json;
using Dapper;
using Lakehouse.ServiceDefaults.Contracts;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>The rows of <c>bot.cycles</c> that change while a cycle runs: state first, side effect second.</summary>
internal sealed class CycleStore(NpgsqlDataSource database, IOptions<BotOptions> options, TimeProvider time)
{
    public async Task InsertAsync(CycleRecord cycle, CancellationToken cancellationToken) => await ExecuteAsync(
        """
        insert into bot.cycles (cycle_id, repository, depth, dry_run, job_id, trace_id, gap_id, enqueued_at, record)
        values (@CycleId, @Repository, @Depth, @DryRun, @JobId, @TraceId, @RequestedGapId, @EnqueuedAt, @Record::json)
        """,
        new { cycle.CycleId, cycle.Repository, Depth = Text(cycle.Depth), cycle.DryRun, cycle.JobId, cycle.TraceId, cycle.RequestedGapId, cycle.EnqueuedAt, Record = Json(cycle) },
        cancellationToken);

    public async Task<CycleRecord?> FindAsync(string cycleId, CancellationToken cancellationToken) =>
        await ReadAsync("select record::text, job_id as jobid from bot.cycles where cycle_id = @key", cycleId, cancellationToken);

    public async Task<CycleRecord?> FindByJobAsync(string jobId, CancellationToken cancellationToken) =>
        await ReadAsync("select record::text, job_id as jobid from bot.cycles where job_id = @key", jobId, cancellationToken);

    /// <summary>Counts a start. Returns how often it was started since a step was last completed; null when it has ended meanwhile.</summary>
    public async Task<int?> StartAsync(CycleRecord cycle, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
            "update bot.cycles set started_at = coalesce(started_at, @StartedAt), starts = starts + 1, record = @Record::json where cycle_id = @CycleId and outcome is not distinct from @Outcome returning starts",
            new { cycle.CycleId, Outcome = cycle.Outcome?.ToText(), cycle.StartedAt, Record = Json(cycle) },
            cancellationToken: cancellationToken));
    }

    /// <summary>Ends a cycle that never began. False when it has begun by now.</summary>
    public async Task<bool> EndWaitingAsync(CycleRecord ended, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            "update bot.cycles set outcome = @Outcome, reason = @Reason, code = @Code, record = @Record::json where cycle_id = @CycleId and started_at is null and outcome is null",
            new { ended.CycleId, Outcome = ended.Outcome!.Value.ToText(), ended.Reason, Code = ended.Code is { } code ? Text(code) : null, Record = Json(ended) },
            cancellationToken: cancellationToken)) == 1;
    }

    public Task SaveAsync(CycleRecord cycle, CancellationToken cancellationToken) => SaveAsync(cycle, "", cancellationToken);

    public Task BeginStepAsync(string cycleId, string name, CancellationToken cancellationToken) => ExecuteAsync(
        """
        insert into bot.cycle_steps (cycle_id, name, state, started_at) values (@cycleId, @name, 'running', @now)
        on conflict (cycle_id, name) do update set state = 'running', started_at = excluded.started_at, finished_at = null
        """,
        new { cycleId, name, now = time.GetUtcNow() },
        cancellationToken);

    /// <summary>What the step found out and that it is completed, and what that means for the gap, in one transaction.</summary>
    public async Task EndStepAsync(CycleRecord cycle, string name, StepState state, string? detail, CancellationToken cancellationToken) => await SaveAsync(
        cycle,
        "update bot.cycle_steps set state = @state, finished_at = @now, detail = @detail where cycle_id = @CycleId and name = @name; update bot.cycles set starts = 0 where cycle_id = @CycleId" + (cycle.IsStrike ? $"; {GapParking.TakeTurn}; {GapParking.Park}" : ""),
        cancellationToken,
        name,
        Text(state),
        Clean(detail));

    public Task SetJobAsync(string cycleId, string jobId, CancellationToken cancellationToken) => ExecuteAsync(
        "update bot.cycles set job_id = @jobId where cycle_id = @cycleId",
        new { cycleId, jobId },
        cancellationToken);

    public Task LogAsync(string cycleId, string line, CancellationToken cancellationToken) => ExecuteAsync(
        "insert into bot.cycle_log (cycle_id, at, line) values (@cycleId, @now, @line)",
        new { cycleId, now = time.GetUtcNow(), line = Clean(line) },
        cancellationToken);

    private async Task SaveAsync(CycleRecord cycle, string also, CancellationToken cancellationToken, string? name = null, string? state = null, string? detail = null)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            update bot.cycles
            set record = @Record::json, gap_id = coalesce(@GapId, gap_id), gap_line = @GapLine, finished_at = @FinishedAt, outcome = @Outcome, reason = @Reason, pr_url = @PrUrl,
                code = @Code, attempted = @IsAttempt, strike = @IsStrike, cost_nano_usd = @Cost
            where cycle_id = @CycleId;
            {also}
            """,
            new
            {
                cycle.CycleId,
                Record = Json(cycle),
                GapId = cycle.Gap?.Id,
                GapLine = Clean(cycle.Gap?.Line),
                cycle.FinishedAt,
                Outcome = cycle.Outcome?.ToText(),
                Reason = Clean(cycle.Reason),
                cycle.PrUrl,
                Code = cycle.Code is { } code ? Text(code) : null,
                cycle.IsAttempt,
                cycle.IsStrike,
                Cost = cycle.Spent.CostNanoUsd ?? 0,
                cycle.Repository,
                parkAfter = options.Value.GapPause.ParkAfter,
                now = time.GetUtcNow(),
                name,
                state,
                detail,
            },
            transaction,
            cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<CycleRecord?> ReadAsync(string sql, string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<RecordRow>(new CommandDefinition(sql, new { key }, cancellationToken: cancellationToken));
        return row?.ToRecord();
    }

    private async Task ExecuteAsync(string sql, object arguments, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(sql, arguments, cancellationToken: cancellationToken));
    }

    private static string Json(CycleRecord cycle) => JsonSerializer.Serialize(cycle, LakehouseJson.Options);

    /// <summary>As the database has it: <c>open_pull_request</c>.</summary>
    public static string Text<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static T Parse<T>(string text) where T : struct, Enum => Enum.Parse<T>(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    // PostgreSQL's text has no NUL, and a model's or a test's output may have one
    private static string? Clean(string? text) => text?.Replace('\0', '\uFFFD');
}
