using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Requests;

/// <summary>A request that was refused before anything was sent.</summary>
/// <param name="Truth">The truth rules that were asked, and which fired; null = none is for its task.</param>
internal sealed record Refusal(
    string RequestId, DateTimeOffset At, string Consumer, string Model, string? TaskClass, string? SessionId, int Status, string Code, string Message, string? TraceId, JsonObject? Truth);
