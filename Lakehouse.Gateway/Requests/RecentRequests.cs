using Dapper;
using Npgsql;

namespace Lakehouse.Gateway.Requests;

/// <summary>The latest requests, refused ones among them, as the home page lists them.</summary>
internal sealed class RecentRequests(NpgsqlDataSource postgres)
{
    // a request has a row for each attempt, at most 20 in each round of tools
    private const int MostRows = 400;

    private const string Attempts = """
        select request_id as requestid, started_at as at, consumer, provider || '/' || model as model, prompt_tokens + completion_tokens as tokens,
            cost_nano_usd as costnanousd, outcome, trace_id as traceid
        from gateway.usage where @own::text is null or consumer = @own order by started_at desc limit @MostRows
        """;

    private const string Refusals = """
        select request_id as requestid, at, coalesce(consumer, '') as consumer, coalesce(model, '') as model, 0::bigint as tokens,
            0::bigint as costnanousd, 'refused: ' || code as outcome, trace_id as traceid
        from gateway.refusals where @own::text is null or consumer = @own order by at desc limit @count
        """;

    /// <param name="own">Of this consumer only; null = of all.</param>
    public async Task<IReadOnlyList<RecentRequest>> ReadAsync(string? own, int count, CancellationToken cancellationToken)
    {
        await using var connection = await postgres.OpenConnectionAsync(cancellationToken);
        var attempts = await connection.QueryAsync<RecentRow>(new CommandDefinition(Attempts, new { own, MostRows }, cancellationToken: cancellationToken));
        var refusals = await connection.QueryAsync<RecentRow>(new CommandDefinition(Refusals, new { own, count }, cancellationToken: cancellationToken));
        return [.. attempts.Concat(refusals).GroupBy(row => row.RequestId, StringComparer.Ordinal).Select(RecentRequest.Of).OrderByDescending(request => request.At).Take(count)];
    }
}

/// <param name="At">When its last attempt began.</param>
/// <param name="Model">As <c>provider/model</c> of the last attempt; of a refused one as it was asked.</param>
/// <param name="Tokens">Of all attempts, in and out.</param>
/// <param name="Outcome">Of the last attempt: ok, a failure, or <c>refused: code</c>.</param>
internal sealed record RecentRequest(string Id, DateTimeOffset At, string Consumer, string Model, long Tokens, long CostNanoUsd, string Outcome, int Attempts, string? TraceId)
{
    public static RecentRequest Of(IEnumerable<RecentRow> rows)
    {
        var attempts = rows.ToList();
        var last = attempts.MaxBy(row => row.At)!;
        return new(
            last.RequestId, new(last.At), last.Consumer, last.Model, attempts.Sum(row => row.Tokens), attempts.Sum(row => row.CostNanoUsd), last.Outcome, attempts.Count, last.TraceId);
    }
}

/// <summary>An attempt or a refusal as one row of SQL.</summary>
internal sealed class RecentRow
{
    public required string RequestId { get; init; }
    public DateTime At { get; init; }
    public required string Consumer { get; init; }
    public required string Model { get; init; }
    public long Tokens { get; init; }
    public long CostNanoUsd { get; init; }
    public required string Outcome { get; init; }
    public string? TraceId { get; init; }
}
