using Dapper;
using Npgsql;

namespace Lakehouse.Gateway.Usage;

/// <summary>Reads the ledger for <c>GET /v1/usage</c>.</summary>
internal sealed class UsageQuery(NpgsqlDataSource postgres)
{
    /// <summary>The names that a caller may group by, and what they are in SQL.</summary>
    public static readonly IReadOnlyDictionary<string, string> Groups = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["provider"] = "provider",
        ["model"] = "model",
        ["consumer"] = "consumer",
        ["session"] = "session_id",
        ["task_class"] = "task_class",
        ["day"] = "to_char(day, 'YYYY-MM-DD')",
        ["hour"] = """to_char(date_trunc('hour', started_at at time zone 'UTC'), 'YYYY-MM-DD"T"HH24:00:00"Z"')""",
    };

    private const string Sums = """
        count(distinct request_id) as requests, coalesce(sum(charged_calls), 0)::bigint as calls,
        coalesce(sum(prompt_tokens), 0)::bigint as prompttokens, coalesce(sum(completion_tokens), 0)::bigint as completiontokens,
        coalesce(sum(prompt_tokens + completion_tokens), 0)::bigint as totaltokens, coalesce(sum(charged_tokens), 0)::bigint as chargedtokens,
        coalesce(sum(cost_nano_usd), 0)::bigint as costnanousd,
        count(*) filter (where outcome <> 'ok') as errors, count(*) filter (where estimated) as estimated,
        percentile_disc(0.5) within group (order by latency_ms) as p50, percentile_disc(0.95) within group (order by latency_ms) as p95,
        percentile_disc(0.99) within group (order by latency_ms) as p99
        """;

    public async Task<UsageReport> ReadAsync(UsageFilter filter, CancellationToken cancellationToken)
    {
        await using var connection = await postgres.OpenConnectionAsync(cancellationToken);
        var where = $"where {string.Join(" and ", Conditions(filter).DefaultIfEmpty("true"))}";
        var totals = await connection.QuerySingleAsync<UsageRow>(new CommandDefinition($"select {Sums} from gateway.usage {where}", filter, cancellationToken: cancellationToken));
        if (filter.GroupBy.Count == 0)
        {
            return new(totals.ToTotals(), []);
        }

        var columns = string.Join(", ", filter.GroupBy.Select(name => $"{Groups[name]} as \"g_{name}\""));
        var ordinals = string.Join(", ", Enumerable.Range(1, filter.GroupBy.Count));
        var rows = await connection.QueryAsync(new CommandDefinition(
            $"select {columns}, {Sums} from gateway.usage {where} group by {ordinals} order by {ordinals}", filter, cancellationToken: cancellationToken));
        return new(totals.ToTotals(), [.. rows.Select(row => Group((IDictionary<string, object?>)row, filter.GroupBy))]);
    }

    private static UsageGroup Group(IDictionary<string, object?> row, IReadOnlyList<string> names) => new(
        names.ToDictionary(name => name, name => row[$"g_{name}"] as string, StringComparer.Ordinal),
        new UsageRow
        {
            Requests = (long)row["requests"]!, Calls = (long)row["calls"]!, PromptTokens = (long)row["prompttokens"]!, CompletionTokens = (long)row["completiontokens"]!,
            TotalTokens = (long)row["totaltokens"]!, ChargedTokens = (long)row["chargedtokens"]!, CostNanoUsd = (long)row["costnanousd"]!,
            Errors = (long)row["errors"]!, Estimated = (long)row["estimated"]!, P50 = (long?)row["p50"], P95 = (long?)row["p95"], P99 = (long?)row["p99"],
        }.ToTotals());

    private static IEnumerable<string> Conditions(UsageFilter filter)
    {
        (object? Value, string Sql)[] all =
        [
            (filter.Since, "started_at >= @Since"), (filter.Until, "started_at < @Until"), (filter.Consumer, "consumer = @Consumer"),
            (filter.Provider, "provider = @Provider"), (filter.Model, "model = @Model"), (filter.Session, "session_id = @Session"),
            (filter.TaskClass, "task_class = @TaskClass"), (filter.Day, "day = @Day::date"),
        ];
        return all.Where(condition => condition.Value is not null).Select(condition => condition.Sql);
    }
}
