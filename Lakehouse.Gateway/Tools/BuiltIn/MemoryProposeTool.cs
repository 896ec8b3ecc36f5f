using System.Text.Json.Nodes;
using Lakehouse.Gateway.Knowledge.Memory;

namespace Lakehouse.Gateway.Tools.BuiltIn;

internal sealed class MemoryProposeTool(MemoryWriter writer) : ITool
{
    public string Name => "memory_propose";

    public string Description => "Proposes something worth knowing next time, in full sentences; the answer says ADD, UPDATE or NOOP and why. With a key (such as client:acme/pay) a later proposal of the same key replaces it. Do not propose what was found in the memory.";

    public string Category => "memory";

    public ToolPermission Permission => ToolPermission.Write;

    public JsonObject Parameters { get; } = JsonNode.Parse($$"""
        {
          "type": "object",
          "properties": {
            "text": { "type": "string", "minLength": 1, "maxLength": {{MemoryLimits.TextCharacters}} },
            "kind": { "type": "string", "enum": ["semantic", "episodic"] },
            "key": { "type": "string", "pattern": "^[a-z0-9]([a-z0-9.:/_-]*[a-z0-9])?$", "maxLength": {{MemoryLimits.KeyCharacters}} },
            "attributes": { "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } }
          },
          "required": ["text", "kind"],
          "additionalProperties": false
        }
        """)!.AsObject();

    public async Task<JsonNode> CallAsync(JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        // whoever calls the tool, a model wrote it: it may not replace what people say
        var body = arguments.DeepClone().AsObject();
        (body["source_kind"], body["source_id"]) = (MemorySource.Model, context.AuditId);
        var decision = await writer.ProposeAsync(MemoryBodies.Proposal(body, context.Caller), cancellationToken);
        return new JsonObject { ["decision"] = decision.Decision, ["reason"] = decision.Reason, ["id"] = decision.Memory?.Id };
    }
}
