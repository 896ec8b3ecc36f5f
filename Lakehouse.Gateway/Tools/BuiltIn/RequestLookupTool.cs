using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Sessions;
using Lakehouse.ServiceDefaults.Contracts;
using Npgsql;

namespace Lakehouse.Gateway.Tools.BuiltIn;

internal sealed class RequestLookupTool(NpgsqlDataSource postgres) : ITool
{
    public string Name => "request_lookup";

    public string Description => "What became of one earlier request of the caller: each attempt with its model, outcome, tokens, cost (nano-USD) and latency. The id is the reply header x-lakehouse-request-id.";

    public string Category => "usage";

    public ToolPermission Permission => ToolPermission.Read;

    public JsonObject Parameters { get; } = JsonNode.Parse("""
        { "type": "object", "properties": { "request_id": { "type": "string", "pattern": "^req_[0-9a-f]{32}$" } }, "required": ["request_id"], "additionalProperties": false }
        """)!.AsObject();

    public async Task<JsonNode> CallAsync(JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var id = arguments["request_id"]!.ToString();
        var attempts = await postgres.UseAsync(async connection => (await connection.QueryAsync<AttemptRow>(new CommandDefinition("""
            select attempt_id as attemptid, to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as startedat, provider, model, task_class as taskclass, session_id as sessionid, outcome, error, streamed,
                prompt_tokens as prompttokens, completion_tokens as completiontokens, estimated, cost_nano_usd as costnanousd, latency_ms as latencyms, trace_id as traceid
            from gateway.usage where request_id = @id and consumer = @Consumer order by started_at, attempt_id
            """, new { id, context.Consumer }, cancellationToken: cancellationToken))).AsList(), cancellationToken);
        return attempts.Count == 0
            ? throw new ApiError(404, "request_not_found", $"The ledger has no request {id} of {context.Consumer}; records arrive within a second.", "request_id")
            : new JsonObject { ["request_id"] = id, ["attempts"] = JsonSerializer.SerializeToNode(attempts, LakehouseJson.Options) };
    }

    private sealed class AttemptRow
    {
        public required string AttemptId { get; init; }
        public required string StartedAt { get; init; }
        public required string Provider { get; init; }
        public required string Model { get; init; }
        public string? TaskClass { get; init; }
        public string? SessionId { get; init; }
        public required string Outcome { get; init; }
        public string? Error { get; init; }
        public bool Streamed { get; init; }
        public long PromptTokens { get; init; }
        public long CompletionTokens { get; init; }
        public bool Estimated { get; init; }
        public long CostNanoUsd { get; init; }
        public long LatencyMs { get; init; }
        public string? TraceId { get; init; }
    }
}
