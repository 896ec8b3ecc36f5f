namespace Lakehouse.Gateway.Requests;

/// <summary>A request that was refused before anything was sent.</summary>
internal sealed record Refusal(
    string RequestId, DateTimeOffset At, string Consumer, string Model, string? TaskClass, string? SessionId, int Status, string Code, string Message, string? TraceId);
