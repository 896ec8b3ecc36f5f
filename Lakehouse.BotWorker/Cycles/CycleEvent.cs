using System.Text.Json;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>A cycle's end as the observer gets it.</summary>
internal static class CycleEvent
{
    public static ObserverEvent Of(CycleRecord cycle) => new(
        // one cycle, one event: sent again, the observer recognises it
        EventId: $"evt_cycle_{cycle.CycleId}",
        Source: "bot",
        Endpoint: "bot.cycle",
        // as the trace and the exit code say it: a skip and a no-op failed at nothing
        Ok: !cycle.Outcome!.Value.IsFailure(),
        At: cycle.FinishedAt!.Value,
        DurationMs: (long)(cycle.FinishedAt.Value - (cycle.StartedAt ?? cycle.FinishedAt.Value)).TotalMilliseconds,
        Outcome: cycle.Outcome.Value.ToText(),
        Reason: cycle.Reason?.Replace('\0', '\uFFFD'),
        CycleId: cycle.CycleId,
        GapId: cycle.Gap?.Id ?? cycle.RequestedGapId,
        GapText: cycle.Gap?.Line,
        PrUrl: cycle.PrUrl,
        TraceId: cycle.TraceId,
        Model: cycle.ModelCall?.Model,
        PromptTokens: cycle.Spent.PromptTokens,
        CompletionTokens: cycle.Spent.CompletionTokens,
        CostNanoUsd: cycle.Spent.CostNanoUsd,
        Data: JsonSerializer.SerializeToNode(
            new
            {
                request_id = cycle.ModelCall?.RequestId,
                files = cycle.Files.Select(file => $"{file.Change.ToString().ToLowerInvariant()} {file.Path}"),
            },
            LakehouseJson.Options)!.AsObject());
}
