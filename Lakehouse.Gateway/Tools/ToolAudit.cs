using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Sessions;
using Lakehouse.ServiceDefaults.Contracts;
using Npgsql;

namespace Lakehouse.Gateway.Tools;

/// <summary>
/// The record of every call. Of a tool that changes something the row is written before it runs: one that cannot be audited does not run, and one
/// that a killed gateway never completed still says that it started. Of a tool that reads it is written before anybody gets the answer.
/// </summary>
internal sealed class ToolAudit(NpgsqlDataSource postgres)
{
    /// <summary>Under <c>/v1/tools</c>, so no tool has this name.</summary>
    public const string Path = "audit";

    // holds for the transaction of the statement that it is a part of
    private const string Unhurried = "from set_config('synchronous_commit', 'off', true)";

    /// <param name="flushed">
    /// False = the answer does not wait for Postgres' disk. Everybody sees the row at once and a gateway's end does not take it; the end of
    /// Postgres itself may, within its last second. For calls that change nothing.
    /// </param>
    public Task WriteAsync(ToolCallRecord call, bool flushed, CancellationToken cancellationToken) => postgres.UseAsync(connection =>
        connection.ExecuteAsync(new CommandDefinition($"""
            insert into gateway.tool_calls (audit_id, started_at, consumer, tool, parameters, verdict, error, result_bytes, duration_ms, trace_id)
            select @AuditId, @StartedAt, @Consumer, @Tool, @parameters::json, @Verdict, @Error, @ResultBytes, @DurationMs, @TraceId
            {(flushed ? "" : Unhurried)}
            """, new
        {
            call.AuditId, call.StartedAt, call.Consumer, call.Tool, parameters = call.Parameters?.ToJsonString(LakehouseJson.Options) ?? "null",
            call.Verdict, call.Error, call.ResultBytes, call.DurationMs, call.TraceId,
        }, cancellationToken: cancellationToken)), cancellationToken);

    public Task CompleteAsync(ToolCallRecord call) => postgres.UseAsync(connection =>
        connection.ExecuteAsync(new CommandDefinition(
            "update gateway.tool_calls set verdict = @Verdict, error = @Error, result_bytes = @ResultBytes, duration_ms = @DurationMs where audit_id = @AuditId",
            new { call.AuditId, call.Verdict, call.Error, call.ResultBytes, call.DurationMs })), CancellationToken.None);

    /// <summary>Newest first.</summary>
    public Task<Page<ToolCallRecord>> ReadAsync(ToolAuditFilter filter, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        var rows = await connection.QueryAsync<ToolCallRow>(new CommandDefinition("""
            select audit_id as auditid, started_at as startedat, consumer, tool, parameters::text as parameters, verdict, error,
                result_bytes as resultbytes, duration_ms as durationms, trace_id as traceid
            from gateway.tool_calls
            where (@Consumer::text is null or consumer = @Consumer) and (@Tool::text is null or tool = @Tool)
                and (@Since::timestamptz is null or started_at >= @Since) and (@After::text is null or audit_id < @After collate "C")
            order by audit_id desc limit @more
            """, new { filter.Consumer, filter.Tool, filter.Since, filter.Page.After, more = filter.Page.Limit + 1 }, cancellationToken: cancellationToken));
        return Page<ToolCallRecord>.Of([.. rows.Select(row => row.ToRecord())], filter.Page.Limit, call => call.AuditId);
    }, cancellationToken);
}

/// <summary>Which calls; null = all.</summary>
internal sealed record ToolAuditFilter(string? Consumer, string? Tool, DateTimeOffset? Since, PageQuery Page);

/// <summary>One call of a tool.</summary>
/// <param name="Verdict">One of <see cref="ToolVerdict"/>.</param>
/// <param name="Error">The code, where it failed.</param>
internal sealed record ToolCallRecord(
    string AuditId, DateTimeOffset StartedAt, string Consumer, string Tool, JsonNode? Parameters, string Verdict, string? Error, long? ResultBytes, long? DurationMs, string? TraceId);

internal static class ToolVerdict
{
    /// <summary>It runs, or the gateway was killed while it ran.</summary>
    public const string Started = "started";
    public const string Ok = "ok";
    public const string Error = "error";
    public const string Denied = "denied";
    public const string Invalid = "invalid";
}

/// <summary>The same as one row of SQL.</summary>
internal sealed class ToolCallRow
{
    public required string AuditId { get; init; }
    public DateTime StartedAt { get; init; }
    public required string Consumer { get; init; }
    public required string Tool { get; init; }
    public required string Parameters { get; init; }
    public required string Verdict { get; init; }
    public string? Error { get; init; }
    public long? ResultBytes { get; init; }
    public long? DurationMs { get; init; }
    public string? TraceId { get; init; }

    public ToolCallRecord ToRecord() => new(AuditId, new(StartedAt), Consumer, Tool, JsonNode.Parse(Parameters), Verdict, Error, ResultBytes, DurationMs, TraceId);
}
