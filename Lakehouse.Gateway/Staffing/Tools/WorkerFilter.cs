namespace Lakehouse.Gateway.Staffing.Tools;

/// <summary>Which workers a search lets through; null = not asked about.</summary>
/// <param name="Endorsed">Ids or names: these and no others.</param>
internal sealed record WorkerFilter(
    string? Role, string? City, string? State, string? Availability, double? Reliability, string[]? Skills, string[]? Certs, string[]? Exclude, string[]? Endorsed)
{
    /// <summary>
    /// The condition, with @names for what a caller gave. Only what is asked about stands in it: a prepared statement with
    /// "@x is null or …" would be planned anew at every call.
    /// </summary>
    public string Sql => string.Join(" and ", Conditions());

    private IEnumerable<string> Conditions()
    {
        yield return "status = 'active'";
        if (Role is not null)
        {
            yield return "lower(role) = lower(@Role)";
        }

        if (City is not null)
        {
            yield return "lower(city) = lower(@City)";
        }

        if (State is not null)
        {
            // Beside a city a state only confirms. Postgres takes the two for independent: it read the whole index of the state to make a few
            // rows fewer (39 ms), or all rows of the place because so few would be left (4 ms), where the best twenty are the first of
            // an index (0.2 ms). What coalesce hides belongs to no index, and half of the rows are expected to pass it.
            yield return City is null ? "state = upper(@State)" : "coalesce(state = upper(@State), false)";
        }

        if (Availability is not null)
        {
            yield return "availability = @Availability";
        }

        if (Reliability is not null)
        {
            yield return "reliability >= @Reliability";
        }

        if (Skills is not null)
        {
            yield return "skills @> @Skills";
        }

        if (Certs is not null)
        {
            yield return "certs @> @Certs";
        }

        if (Exclude is not null)
        {
            yield return "worker_id <> all(@Exclude)";
        }

        if (Endorsed is not null)
        {
            yield return "(worker_id = any(@Endorsed) or name = any(@Endorsed))";
        }
    }
}
