using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Tools;

namespace Lakehouse.Gateway.Staffing.Tools;

internal sealed class GetWorkerTool(StaffingRows rows) : ITool
{
    private const string Sql = """
        select w.*, (select count(*) from staffing.placements p where p.worker_id = w.worker_id) as placements,
            (select count(*) from staffing.placements p where p.worker_id = w.worker_id and p.status = 'ended_early') as ended_early,
            (select json_agg(json_build_object('placement_id', p.placement_id, 'client_id', p.client_id, 'started_on', p.started_on)) from staffing.placements p where p.worker_id = w.worker_id and p.status = 'active') as active_placements
        from staffing.workers w where w.worker_id = @id
        """;

    public string Name => "get_worker";

    public string Description => "One worker by id, with where he is placed now and how many placements he had.";

    public string Category => "staffing";

    public ToolPermission Permission => ToolPermission.Read;

    public JsonObject Parameters { get; } = JsonNode.Parse("""
        { "type": "object", "properties": { "worker_id": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^\\u0000]+$", "description": "Such as W-17" } }, "required": ["worker_id"], "additionalProperties": false }
        """)!.AsObject();

    public async Task<JsonNode> CallAsync(JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var id = arguments["worker_id"]!.ToString();
        var (found, _) = await rows.ReadAsync(["workers"], Sql, new { id }, 1, cancellationToken);
        return found.Count > 0 ? found[0] : throw new ApiError(404, "worker_not_found", $"There is no worker {id}; search_workers finds ids.", "arguments.worker_id");
    }
}
