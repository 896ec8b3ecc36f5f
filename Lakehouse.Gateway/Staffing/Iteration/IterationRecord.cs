using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Staffing.Iteration;

/// <summary>What became of one <c>/v1/iterate</c>, so far.</summary>
/// <param name="Status">One of <see cref="IterationStatus"/>.</param>
/// <param name="Tries">Each with its findings, tokens and cost.</param>
/// <param name="Artifact">The last one that was read; where the status is valid, the answer.</param>
/// <param name="Error">Why it ended early.</param>
internal sealed record IterationRecord(
    string Id, string RequestId, string Consumer, string Kind, string Model, string Status, int MaxIterations, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? TraceId,
    JsonArray Tries, JsonObject? Artifact, JsonObject? Error)
{
    public IterationRecord With(JsonObject attempt, JsonObject? artifact) =>
        this with { Tries = [.. Tries.Select(one => one!.DeepClone()), attempt], Artifact = artifact ?? Artifact };

    public IterationRecord Ended(string status, DateTimeOffset at, ApiError? error = null) => this with
    {
        Status = status, EndedAt = at,
        Error = error is null ? null : new JsonObject { ["status"] = error.Status, ["code"] = error.Code, ["message"] = error.Message },
    };

    public JsonObject ToJson() => new()
    {
        ["id"] = Id, ["object"] = "iteration", ["kind"] = Kind, ["status"] = Status, ["request_id"] = RequestId, ["consumer"] = Consumer, ["model"] = Model,
        ["max_iterations"] = MaxIterations, ["started_at"] = UtcMillisecondsConverter.ToText(StartedAt), ["ended_at"] = EndedAt is { } end ? UtcMillisecondsConverter.ToText(end) : null, ["trace_id"] = TraceId,
        ["artifact"] = Artifact?.DeepClone(), ["tries"] = Tries.DeepClone(), ["error"] = Error?.DeepClone(),
        ["total_tokens"] = Tries.Sum(one => one!["total_tokens"]!.GetValue<long>()), ["cost_nano_usd"] = Tries.Sum(one => one!["cost_nano_usd"]!.GetValue<long>()),
    };
}

internal static class IterationStatus
{
    /// <summary>It runs, or the gateway was killed while it ran.</summary>
    public const string Running = "running";
    public const string Valid = "valid";
    /// <summary>The last try had findings, too.</summary>
    public const string Exhausted = "exhausted";
    /// <summary>No model was asked.</summary>
    public const string Refused = "refused";
    /// <summary>A later try could not be made, or its model failed.</summary>
    public const string Failed = "failed";
    /// <summary>The caller went away.</summary>
    public const string Cancelled = "cancelled";
}
