using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Staffing.Tools;

/// <summary>Orders those that the filters let through. A score is the sum of its parts, and each part is shown under its name.</summary>
internal static class WorkerRanking
{
    /// <param name="boostOf">What earlier fills say for a worker; of whom they say nothing, 0, there is no such part.</param>
    /// <param name="k">How many are kept, the best first.</param>
    public static JsonArray Rank(IEnumerable<FoundWorker> workers, Func<FoundWorker, double> boostOf, int k)
    {
        var ranked = workers.Select(worker => new Scored(worker, boostOf(worker))).OrderByDescending(one => one.Score).ThenBy(one => one.Worker.Id, StringComparer.Ordinal);
        var rows = ranked.Take(k).Select(WithScore).ToList();
        return JsonNode.Parse(JsonBytes.Of(rows, static (json, rows) =>
        {
            json.WriteStartArray();
            rows.ForEach(row => json.WriteRawValue(row, skipInputValidation: true));
            json.WriteEndArray();
        }))!.AsArray();
    }

    // the row as it came, with two fields more before its end
    private static byte[] WithScore(Scored one)
    {
        var score = JsonBytes.Of(one, static (json, one) =>
        {
            json.WriteStartObject();
            json.WriteNumber("score"u8, one.Score);
            json.WriteStartObject("score_parts"u8);
            json.WriteNumber("reliability"u8, one.Worker.Reliability);
            if (one.Boost > 0)
            {
                json.WriteNumber("playbooks"u8, one.Boost);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
        return [.. one.Worker.Json.AsSpan()[..^1], (byte)',', .. score.AsSpan(1)];
    }

    private sealed record Scored(FoundWorker Worker, double Boost)
    {
        public double Score { get; } = Math.Round(Worker.Reliability + Boost, 4);
    }
}
