using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Staffing.Tools;

/// <summary>Orders those that the filters let through. A score is the sum of its parts, and each part is shown under its name.</summary>
internal static class WorkerRanking
{
    public static JsonArray Rank(JsonArray workers)
    {
        var ranked = workers.Select(worker => Scored(worker!.DeepClone().AsObject()))
            .OrderByDescending(worker => worker["score"]!.GetValue<double>()).ThenBy(worker => worker["worker_id"]!.ToString(), StringComparer.Ordinal);
        return new JsonArray([.. ranked]);
    }

    private static JsonObject Scored(JsonObject worker)
    {
        var parts = Parts(worker).ToDictionary(part => part.Name, part => part.Value, StringComparer.Ordinal);
        worker["score"] = Math.Round(parts.Values.Sum(), 4);
        worker["score_parts"] = new JsonObject(parts.Select(part => KeyValuePair.Create(part.Key, (JsonNode?)JsonValue.Create(part.Value))));
        return worker;
    }

    private static IEnumerable<(string Name, double Value)> Parts(JsonObject worker) => [("reliability", worker["reliability"]!.GetValue<double>())];
}
