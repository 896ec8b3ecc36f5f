using Npgsql;

namespace Lakehouse.Gateway.Staffing.Tools;

/// <summary>Which workers a search lets through; null = not asked about.</summary>
internal sealed record WorkerFilter(
    string? Role, string? City, string? State, string? Availability, double? Reliability, string[]? Skills, string[]? Certs, string[]? Exclude)
{
    /// <summary>Ids or names: these and no others.</summary>
    public string[]? Endorsed { get; init; }

    /// <summary>
    /// The condition, with $n for what a caller gave, which is put into <paramref name="parameters"/>. Only what is asked about stands in
    /// it: a prepared statement with "$1 is null or …" would be planned anew at every call.
    /// </summary>
    public string Sql(NpgsqlParameterCollection parameters)
    {
        var conditions = new List<string> { "status = 'active'" };
        // By role and city the best are the first of an index, whichever are asked for. Behind a subquery or coalesce Postgres sees nothing in
        // their values to plan anew for, and keeps the plan: a sixth of its time for a search. With only one of the two the statistics matter.
        var planned = Role is not null && City is not null;
        Add(Role, planned ? "lower(role) = (select lower({0}))" : "lower(role) = lower({0})");
        Add(City, planned ? "lower(city) = (select lower({0}))" : "lower(city) = lower({0})");
        // Beside a city a state only confirms. Postgres takes the two for independent: it read the whole index of the state to make a few
        // rows fewer (39 ms), or all rows of the place because so few would be left (4 ms), where the best twenty are the first of
        // an index (0.2 ms). What coalesce hides belongs to no index, and half of the rows are expected to pass it.
        Add(State, City is null ? "state = upper({0})" : "coalesce(state = upper({0}), false)");
        Add(Availability, planned ? "coalesce(availability = {0}, false)" : "availability = {0}");
        Add(Reliability, "reliability >= {0}");
        Add(Skills, "skills @> {0}");
        Add(Certs, "certs @> {0}");
        Add(Exclude, "worker_id <> all({0})");
        Add(Endorsed, "(worker_id = any({0}) or name = any({0}))");
        return string.Join(" and ", conditions);

        void Add<T>(T? value, string condition)
        {
            if (value is not null)
            {
                parameters.Add(new NpgsqlParameter { Value = value });
                conditions.Add(condition.Replace("{0}", $"${parameters.Count}", StringComparison.Ordinal));
            }
        }
    }
}
