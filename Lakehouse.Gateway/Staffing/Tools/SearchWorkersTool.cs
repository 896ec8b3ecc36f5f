using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tools;

namespace Lakehouse.Gateway.Staffing.Tools;

internal sealed class SearchWorkersTool(WorkerSearch search) : ITool, IDisposable
{
    // In turn, as many as can run at once. More would not be done earlier: all of them would become slow together, and some of them very slow.
    private readonly Turns _turns = new(Math.Max(2, Environment.ProcessorCount));

    public string Name => "search_workers";

    public string Description => "Finds active workers for a job by role, place, skills and certificates, best first, with a score and what it is made of. Gives several times as many as are needed (count), to choose from; an empty list means that there are none: say so, and do not search again with the same filters.";

    public string Category => "staffing";

    public ToolPermission Permission => ToolPermission.Read;

    public JsonObject Parameters { get; } = JsonNode.Parse("""
        {
          "type": "object",
          "properties": {
            "role": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^\\u0000]+$", "description": "Such as Welder; upper and lower case are the same" },
            "city": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^\\u0000]+$" },
            "state": { "type": "string", "pattern": "^[A-Za-z]{2}$", "description": "Two letters, such as OH" },
            "skills": { "type": "array", "maxItems": 20, "items": { "type": "string", "maxLength": 100, "pattern": "^[^\\u0000]+$" }, "description": "All of them" },
            "certs": { "type": "array", "maxItems": 20, "items": { "type": "string", "maxLength": 100, "pattern": "^[^\\u0000]+$" }, "description": "All of them" },
            "availability": { "type": "string", "enum": ["available", "assigned", "unavailable", "any"], "description": "available where it is absent" },
            "min_reliability": { "type": "number", "minimum": 0, "maximum": 1 },
            "exclude": { "type": "array", "maxItems": 500, "items": { "type": "string", "maxLength": 100, "pattern": "^[^\\u0000]+$" }, "description": "Ids of workers that are not wanted" },
            "count": { "type": "integer", "minimum": 1, "maximum": 50, "description": "How many are needed; 1 where it is absent" }
          },
          "additionalProperties": false
        }
        """)!.AsObject();

    public async Task<JsonNode> CallAsync(JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var count = arguments["count"] is { } wanted ? (int)wanted.GetValue<double>() : 1;
        var k = Width(count);
        var filter = new WorkerFilter(
            Arguments.Text(arguments, "role"), Arguments.Text(arguments, "city"), Arguments.Text(arguments, "state"),
            Arguments.Text(arguments, "availability") switch { "any" => null, var one => one ?? "available" }, arguments["min_reliability"]?.GetValue<double>(),
            Arguments.Texts(arguments, "skills"), Arguments.Texts(arguments, "certs"), Arguments.Texts(arguments, "exclude"));
        var (found, more, boosts) = await _turns.RunAsync(() => search.FindAsync(filter, k, cancellationToken), cancellationToken);
        var ranked = WorkerRanking.Rank(found, worker => boosts?.Of(worker.Id, worker.Name) ?? 0, k);
        return new JsonObject { ["count"] = count, ["k"] = k, ["found"] = ranked.Count, ["more"] = more, ["workers"] = ranked };
    }

    public void Dispose() => _turns.Dispose();

    /// <summary>Wide enough that a choice is left when some say no, narrow enough for a model to read.</summary>
    private static int Width(int count) => Math.Clamp(5 * count, 20, 80);
}
