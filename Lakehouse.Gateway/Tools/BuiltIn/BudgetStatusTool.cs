using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Errors;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Tools.BuiltIn;

internal sealed class BudgetStatusTool(BudgetGate gate) : ITool
{
    public string Name => "budget_status";

    public string Description => "Caps of today (UTC) of a consumer, what is used, held and left of them in calls, tokens and nano-USD, and when they reset. Without a consumer: the caller's own; another's only where the caller's key may see it. A null cap is no limit.";

    public string Category => "usage";

    public ToolPermission Permission => ToolPermission.Read;

    public JsonObject Parameters { get; } = JsonNode.Parse("""
        { "type": "object", "properties": { "consumer": { "type": "string", "minLength": 1, "maxLength": 200 } }, "additionalProperties": false }
        """)!.AsObject();

    public async Task<JsonNode> CallAsync(JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var consumer = arguments["consumer"]?.ToString() ?? context.Consumer;
        BudgetApi.RequireMaySee(context.Caller, consumer);
        return await gate.ViewAsync(consumer, cancellationToken) is { } view
            ? JsonSerializer.SerializeToNode(view, LakehouseJson.Options)!
            : throw new ApiError(404, "consumer_not_found", $"No consumer '{consumer}' has a budget.", "consumer");
    }
}
