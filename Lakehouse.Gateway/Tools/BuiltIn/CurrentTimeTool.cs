using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Tools.BuiltIn;

internal sealed class CurrentTimeTool(TimeProvider time) : ITool
{
    public string Name => "current_time";

    public string Description => "The time now, in UTC, with the day of the week. Budgets reset at UTC midnight.";

    public string Category => "time";

    public ToolPermission Permission => ToolPermission.Read;

    public JsonObject Parameters { get; } = JsonNode.Parse("""{ "type": "object", "properties": {}, "additionalProperties": false }""")!.AsObject();

    public Task<JsonNode> CallAsync(JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return Task.FromResult<JsonNode>(new JsonObject
        {
            ["utc"] = UtcMillisecondsConverter.ToText(now), ["day_of_week"] = now.DayOfWeek.ToString(), ["unix_seconds"] = now.ToUnixTimeSeconds(),
        });
    }
}
