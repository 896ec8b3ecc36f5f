using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Staffing.Tools;

/// <summary>Orders those that the filters let through. A score is the sum of its parts, and each part is shown under its name.</summary>
internal static class WorkerRanking
{
    /// <param name="boosts">What earlier fills say for a worker, by id; who is not in it has no such part.</param>
    /// <param name="k">How many are kept, the best first.</param>
    public static JsonArray Rank(IEnumerable<JsonObject> workers, IReadOnlyDictionary<string, double> boosts, int k)
    {
        var ranked = workers.Select(worker => Scored(worker, boosts))
            .OrderByDescending(worker => worker["score"]!.GetValue<double>()).ThenBy(worker => worker["worker_id"]!.ToString(), StringComparer.Ordinal);
        return new JsonArray([.. ranked.Take(k)]);
    }

    private static JsonObject Scored(JsonObject worker, IReadOnlyDictionary<string, double> boosts)
    {
        var parts = new JsonObject { ["reliability"] = worker["reliability"]!.GetValue<double>() };
        if (boosts.TryGetValue(worker["worker_id"]!.ToString(), out var boost))
        {
            parts["playbooks"] = boost;
        }

        worker["score"] = Math.Round(parts.Sum(part => part.Value!.GetValue<double>()), 4);
        worker["score_parts"] = parts;
        return worker;
    }
}
