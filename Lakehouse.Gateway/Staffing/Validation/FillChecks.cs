namespace Lakehouse.Gateway.Staffing.Validation;

/// <summary>The checks of one proposed worker.</summary>
internal static class FillChecks
{
    private const string Active = "active";

    /// <param name="name">As the artifact has it; null = it has none.</param>
    /// <param name="worker">Null = there is none of that id.</param>
    /// <param name="isFirst">No entry before it has the same id.</param>
    public static IEnumerable<Finding> Of(string path, string id, string? name, FillWorker? worker, bool isFirst, FillContext wanted)
    {
        var at = $"{path}.worker_id";
        if (!isFirst)
        {
            yield return new("duplicate_worker", at, $"{Finding.Said(id)} is proposed more than once; accepted is each worker once.");
            yield break;
        }

        if (worker is null)
        {
            yield return new("worker_unknown", at, $"There is no worker {Finding.Said(id)}; search_workers finds ids.");
            yield break;
        }

        if (worker.Status != Active)
        {
            yield return new("worker_inactive", at, $"{id} is {worker.Status}; accepted are workers whose status is active.");
        }

        foreach (var (field, has, needs) in new[] { ("city", worker.City, wanted.City), ("state", worker.State, wanted.State), ("role", worker.Role, wanted.Role) })
        {
            if (!string.Equals(has, needs.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                yield return new($"{field}_mismatch", at, $"The {field} of {id} is {Finding.Said(has)}; wanted is {Finding.Said(needs)}.");
            }
        }

        if (wanted.Blacklist.Contains(id))
        {
            yield return new("worker_blacklisted", at, $"{id} is on the blacklist of {wanted.ClientId ?? "the client"}; propose another.");
        }

        if (name is not null && !string.Equals(name.Trim(), worker.Name, StringComparison.OrdinalIgnoreCase))
        {
            yield return new("name_mismatch", $"{path}.name", $"{id} is called {Finding.Said(worker.Name)}, not {Finding.Said(name)}; the id holds.", Warns: true);
        }
    }
}
