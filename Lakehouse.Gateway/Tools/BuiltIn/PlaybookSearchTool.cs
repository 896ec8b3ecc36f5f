using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Knowledge.Playbooks;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Tools.BuiltIn;

internal sealed class PlaybookSearchTool(PlaybookFinder finder, PlaybookEcho echo, TimeProvider time) : ITool
{
    public string Name => "playbook_search";

    public string Description => "Finds playbooks: what worked or failed before on such a task, most similar first, with how often each helped or harmed. City, state and role narrow before anything is ranked.";

    public string Category => "playbooks";

    public ToolPermission Permission => ToolPermission.Read;

    public JsonObject Parameters { get; } = JsonNode.Parse("""
        {
          "type": "object",
          "properties": {
            "query": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "^[^\\u0000]+$", "description": "What the task is about" },
            "task_class": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^\\u0000]+$" },
            "kind": { "type": "string", "minLength": 1, "maxLength": 30, "pattern": "^[a-z][a-z0-9_-]*$", "description": "What the operation begins with: fill, cycle, …" },
            "role": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^\\u0000]+$" },
            "city": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^\\u0000]+$" },
            "state": { "type": "string", "pattern": "^[A-Z]{2}$" },
            "limit": { "type": "integer", "minimum": 1, "maximum": 50 }
          },
          "additionalProperties": false
        }
        """)!.AsObject();

    public async Task<JsonNode> CallAsync(JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var found = await finder.FindAsync(
            new(Text("kind"), Text("task_class"), Text("city"), Text("state"), Text("role"), Text("query"), time.GetUtcNow()), cancellationToken);
        var best = found.Matched.Where(playbook => playbook.Similarity > 0).Take(arguments["limit"] is { } limit ? (int)limit.GetValue<double>() : 10).ToList();
        await echo.NoteAsync(context.Consumer, best.Select(one => one.Playbook), cancellationToken);
        return new JsonObject { ["playbooks"] = JsonSerializer.SerializeToNode(best.Select(Hit), LakehouseJson.Options) };

        string? Text(string name) => arguments[name]?.ToString();
    }

    private static PlaybookHit Hit(FoundPlaybook found) => new(
        found.Playbook.Id, found.Playbook.Operation, found.Playbook.Day, found.Playbook.Approach, found.Playbook.EndorsedNames, found.Playbook.Helpful, found.Playbook.Harmful, Math.Round(found.Similarity, 4));

    private sealed record PlaybookHit(
        string Id, string Operation, string Day, string? Approach, IReadOnlyList<string> EndorsedNames, long Helpful, long Harmful, double Similarity);
}
