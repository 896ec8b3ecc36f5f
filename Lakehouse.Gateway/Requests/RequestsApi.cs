using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Npgsql;

namespace Lakehouse.Gateway.Requests;

/// <summary><c>GET /v1/requests/{id}</c>: everything about one past request. The dry run explains the future, this the past.</summary>
internal static class RequestsApi
{
    public static void AddRequests(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RefusalLog>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RefusalLog>());
    }

    public static void MapRequests(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/requests/{id}", ReadAsync).AnswersOpenAiErrors().WithName("request").WithSummary("One past request: route, attempts, holds, cost, trace");

    private static async Task<IResult> ReadAsync(string id, HttpContext context, ConsumerKeys keys, NpgsqlDataSource postgres, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        // a virtual key reads its own consumer's requests; what is another's is not there for it
        var own = caller.OnlyOwn;
        await using var connection = await postgres.OpenConnectionAsync(cancellationToken);
        var attempts = (await connection.QueryAsync<string>(new CommandDefinition(
            "select to_jsonb(u)::text from gateway.usage u where request_id = @id and (@own::text is null or consumer = @own) order by attempt", new { id, own }, cancellationToken: cancellationToken))).Select(Row).ToList();
        var refusal = await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            "select to_jsonb(r)::text from gateway.refusals r where request_id = @id and (@own::text is null or consumer = @own)", new { id, own }, cancellationToken: cancellationToken));
        if (attempts.Count == 0 && refusal is null)
        {
            throw new ApiError(404, "request_not_found", $"No request '{id}' is known; a call is listed within a second after its end.", "id");
        }

        return new JsonAnswer(attempts.Count > 0 ? Whole(id, attempts) : Refused(id, Row(refusal!)));
    }

    private static JsonObject Whole(string id, List<JsonObject> attempts)
    {
        var last = attempts[^1];
        var whole = new JsonObject { ["id"] = id, ["status"] = last["outcome"]!.DeepClone() };
        foreach (var name in new[] { "consumer", "key_id", "operation", "task_class", "session_id", "trace_id", "started_at", "streamed" })
        {
            whole[name] = last[name]?.DeepClone();
        }

        var route = last["details"]?.DeepClone() as JsonObject;
        var (truth, injected, profiles) = (route?["truth"], route?["context"], route?["profiles"]);
        route?.Remove("truth");
        route?.Remove("context");
        route?.Remove("profiles");
        (whole["route"], whole["truth"], whole["profiles"], whole["context"]) = (route, truth, profiles, injected);
        whole["cost_nano_usd"] = attempts.Sum(attempt => attempt["cost_nano_usd"]!.GetValue<long>());
        whole["charged_tokens"] = attempts.Sum(attempt => attempt["charged_tokens"]!.GetValue<long>());
        whole["attempts"] = new JsonArray([.. attempts.Select(Attempt)]);
        return whole;
    }

    private static JsonNode Attempt(JsonObject row)
    {
        var attempt = new JsonObject();
        foreach (var name in new[] { "attempt", "provider", "model", "outcome", "error", "finish_reason", "prompt_tokens", "completion_tokens", "cached_tokens", "cache_write_tokens", "reasoning_tokens", "estimated", "latency_ms", "first_byte_ms" })
        {
            attempt[name] = row[name]?.DeepClone();
        }

        attempt["hold"] = new JsonObject { ["id"] = row["hold_id"]?.DeepClone(), ["tokens"] = row["held_tokens"]?.DeepClone(), ["nano_usd"] = row["held_nano_usd"]?.DeepClone() };
        attempt["settled"] = new JsonObject { ["calls"] = row["charged_calls"]?.DeepClone(), ["tokens"] = row["charged_tokens"]?.DeepClone(), ["nano_usd"] = row["cost_nano_usd"]?.DeepClone(), ["day"] = row["day"]?.DeepClone() };
        return attempt;
    }

    private static JsonObject Refused(string id, JsonObject row) => new()
    {
        ["id"] = id, ["status"] = "refused", ["consumer"] = row["consumer"]?.DeepClone(), ["model"] = row["model"]?.DeepClone(), ["task_class"] = row["task_class"]?.DeepClone(),
        ["session_id"] = row["session_id"]?.DeepClone(), ["trace_id"] = row["trace_id"]?.DeepClone(), ["started_at"] = row["at"]?.DeepClone(),
        ["error"] = new JsonObject { ["status"] = row["status"]?.DeepClone(), ["code"] = row["code"]?.DeepClone(), ["message"] = row["message"]?.DeepClone() },
        ["truth"] = row["details"]?["truth"]?.DeepClone(),
        ["attempts"] = new JsonArray(),
    };

    private static JsonObject Row(string json) => JsonNode.Parse(json)!.AsObject();
}
