using System.Diagnostics;
using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles;

internal static class CycleTelemetry
{
    public static ActivitySource Source { get; } = new(TelemetryNames.BotWorker);

    /// <summary>A span even where nobody listens: the cycle's trace id must exist from the first moment.</summary>
    public static Activity StartEnqueue() =>
        Source.StartActivity(TelemetryNames.Cycle.Enqueue, ActivityKind.Producer) ?? new Activity(TelemetryNames.Cycle.Enqueue).Start();

    public static void Describe(this Activity? activity, CycleRecord cycle)
    {
        activity?.SetTag(TelemetryNames.CycleId, cycle.CycleId);
        activity?.SetTag(TelemetryNames.GapId, cycle.Gap?.Id ?? cycle.RequestedGapId);
        if (cycle.Outcome is { } outcome)
        {
            activity?.SetTag(TelemetryNames.Outcome, outcome.ToText());
            activity?.SetTag(TelemetryNames.Reason, cycle.Reason);
            activity?.SetTag(TelemetryNames.PullRequestUrl, cycle.PrUrl);
        }
    }

    public static void Describe(this Activity? activity, ModelCall call)
    {
        activity?.SetTag(TelemetryNames.RequestId, call.RequestId);
        activity?.SetTag(TelemetryNames.GenAi.ProviderName, call.Provider);
        activity?.SetTag(TelemetryNames.GenAi.ResponseModel, call.Model);
        activity?.SetTag(TelemetryNames.GenAi.InputTokens, call.PromptTokens);
        activity?.SetTag(TelemetryNames.GenAi.OutputTokens, call.CompletionTokens);
        activity?.SetTag(TelemetryNames.CostNanoUsd, call.CostNanoUsd);
    }
}
