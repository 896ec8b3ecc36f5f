using System.Text.Json.Nodes;

namespace Lakehouse.ServiceDefaults.Contracts;

/// <summary>
/// Body of the observer's <c>POST /event</c>, as Lakehouse's own services write it. The observer is more lenient than
/// this (it takes <c>success</c> for <c>ok</c>, and a missing duration).
/// </summary>
/// <param name="EventId">Idempotency key; the same id is stored once.</param>
/// <param name="Source">Who did it: <c>bot</c>, …</param>
/// <param name="Endpoint">What was done: <c>bot.cycle</c>, …; never empty.</param>
/// <param name="Outcome">The kind of end, e.g. one of the thirteen cycle outcomes.</param>
/// <param name="GapId">The PRD line that was worked on (12 hex digits); with <paramref name="GapText"/> it feeds the landing rate.</param>
/// <param name="Data">Anything else, kept as it is.</param>
public sealed record ObserverEvent(
    string EventId,
    string Source,
    string Endpoint,
    bool Ok,
    DateTimeOffset At,
    long? DurationMs = null,
    string? Outcome = null,
    string? Reason = null,
    string? CycleId = null,
    string? GapId = null,
    string? GapText = null,
    string? PrUrl = null,
    string? TraceId = null,
    string? Model = null,
    long? PromptTokens = null,
    long? CompletionTokens = null,
    long? CostNanoUsd = null,
    JsonObject? Data = null);
