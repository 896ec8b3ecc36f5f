using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Sessions;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Tools.BuiltIn;

internal sealed class SessionSearchTool(SessionSearch search) : ITool
{
    public string Name => "session_search";

    public string Description => "Finds words in the caller's own earlier sessions, best first, each with its place and an excerpt. Words, \"a phrase\", or, and -not work as in a search engine.";

    public string Category => "sessions";

    public ToolPermission Permission => ToolPermission.Read;

    public JsonObject Parameters { get; } = JsonNode.Parse("""
        {
          "type": "object",
          "properties": { "query": { "type": "string", "minLength": 1, "maxLength": 200 }, "limit": { "type": "integer", "minimum": 1, "maximum": 50 } },
          "required": ["query"],
          "additionalProperties": false
        }
        """)!.AsObject();

    public async Task<JsonNode> CallAsync(JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var words = arguments["query"]!.ToString().Replace("\0", "", StringComparison.Ordinal);
        var hits = await search.FindAsync(context.Consumer, words, arguments["limit"] is { } limit ? (int)limit.GetValue<double>() : 10, cancellationToken);
        return new JsonObject { ["hits"] = JsonSerializer.SerializeToNode(hits, LakehouseJson.Options) };
    }
}
