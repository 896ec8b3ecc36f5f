using System.Text.Json.Nodes;
using Lakehouse.Gateway.Knowledge.Playbooks;

namespace Lakehouse.Gateway.Tools.BuiltIn;

internal sealed class PlaybookSeedTool(PlaybookWriter writer, TimeProvider time) : ITool
{
    public string Name => "playbook_seed";

    public string Description => "Proposes a playbook of something that worked, such as a sealed fill ('fill: Welder x2 in Toledo, OH' with the workers' ids). The server decides: ADD, UPDATE or NOOP, with the reason. Whether it was any good is told by outcomes, not here.";

    public string Category => "playbooks";

    public ToolPermission Permission => ToolPermission.Write;

    public JsonObject Parameters { get; } = JsonNode.Parse($$"""
        {
          "type": "object",
          "properties": {
            "operation": { "type": "string", "minLength": 1, "maxLength": {{PlaybookOperation.Longest}}, "description": "fill: Role xN in City, ST; or another kind, a colon and words" },
            "city": { "type": "string", "minLength": 1, "maxLength": {{PlaybookFields.LongestName}}, "description": "Where the operation does not name it" },
            "state": { "type": "string", "pattern": "^[A-Z]{2}$" },
            "task_class": { "type": "string", "minLength": 1, "maxLength": 200 },
            "approach": { "type": "string", "minLength": 1, "maxLength": {{PlaybookFields.LongestApproach}}, "description": "What was done, briefly" },
            "endorsed_names": { "type": "array", "maxItems": {{PlaybookFields.MostNames}}, "items": { "type": "string", "minLength": 1, "maxLength": {{PlaybookFields.LongestName}} }, "description": "Ids or names of the workers" }
          },
          "required": ["operation"],
          "additionalProperties": false
        }
        """)!.AsObject();

    public async Task<JsonNode> CallAsync(JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var decision = await writer.ProposeAsync(PlaybookSeed.Parse(arguments, time.GetUtcNow()), context.Caller, cancellationToken);
        return new JsonObject { ["decision"] = decision.Decision, ["reason"] = decision.Reason, ["playbook_id"] = decision.Playbook.Id };
    }
}
