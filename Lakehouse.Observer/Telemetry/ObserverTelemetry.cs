using System.Diagnostics;
using System.Diagnostics.Metrics;
using Lakehouse.ServiceDefaults.Contracts;
using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.Observer.Telemetry;

/// <summary>The observer's own spans and metrics. The caller's trace goes on here through <c>traceparent</c>.</summary>
internal static class ObserverTelemetry
{
    private static readonly ActivitySource Source = new(TelemetryNames.Observer);
    private static readonly Meter Meter = new(TelemetryNames.Observer);
    private static readonly Counter<long> Events = Meter.CreateCounter<long>(TelemetryNames.ObserverEvents, "{event}", "Events that were stored, each once.");

    public static Activity? Observe(ObserverEvent observed) =>
        Source.StartActivity($"observe {observed.Endpoint}")
            ?.SetTag(TelemetryNames.EventId, observed.EventId)
            .SetTag(TelemetryNames.EventSource, observed.Source)
            .SetTag(TelemetryNames.EventOk, observed.Ok)
            .SetTag(TelemetryNames.Outcome, observed.Outcome)
            .SetTag(TelemetryNames.Reason, observed.Reason)
            .SetTag(TelemetryNames.CycleId, observed.CycleId)
            .SetTag(TelemetryNames.GapId, observed.GapId)
            .SetTag(TelemetryNames.PullRequestUrl, observed.PrUrl)
            .SetTag(TelemetryNames.CostNanoUsd, observed.CostNanoUsd);

    // no source on the metric: senders choose it freely, and every value would be a time series for ever
    public static void Count(ObserverEvent observed, bool duplicate)
    {
        if (!duplicate)
        {
            Events.Add(1, new KeyValuePair<string, object?>(TelemetryNames.EventOk, observed.Ok));
        }
    }
}
