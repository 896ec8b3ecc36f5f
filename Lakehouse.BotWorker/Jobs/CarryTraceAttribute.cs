using System.Diagnostics;
using Hangfire.Client;
using Hangfire.Common;
using Hangfire.Server;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Jobs;

/// <summary>
/// Keeps the trace of whoever enqueued a job with the job, and makes the job's span a child of it; again on each delivery.
/// Also for the dashboard's <i>Trigger now</i>, which our code does not see.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CarryTraceAttribute : JobFilterAttribute, IClientFilter, IServerFilter
{
    private const string TraceParent = "traceparent";
    private const string TraceState = "tracestate";
    private const string Span = "lakehouse.span";

    public void OnCreating(CreatingContext context)
    {
        using var own = Activity.Current is null ? CycleTelemetry.StartEnqueue() : null;
        var activity = Activity.Current!;
        context.SetJobParameter(TraceParent, activity.Id);
        if (activity.TraceStateString is { Length: > 0 } state)
        {
            context.SetJobParameter(TraceState, state);
        }
    }

    public void OnCreated(CreatedContext context)
    {
    }

    public void OnPerforming(PerformingContext context)
    {
        var parent = context.GetJobParameter<string?>(TraceParent);
        var state = context.GetJobParameter<string?>(TraceState);
        var remote = ActivityContext.TryParse(parent, state, isRemote: true, out var given) ? given : default;
        // a span even where nobody listens, so that the cycle has its trace id and passes it on
        var activity = CycleTelemetry.Source.StartActivity(TelemetryNames.Cycle.Job, ActivityKind.Consumer, remote) ?? Unheard(parent, state);
        activity.SetTag(TelemetryNames.JobId, context.BackgroundJob.Id);
        context.Items[Span] = activity;
    }

    public void OnPerformed(PerformedContext context)
    {
        if (context.Items[Span] is Activity activity)
        {
            if (context.Exception is { } failure)
            {
                activity.SetStatus(ActivityStatusCode.Error, failure.Message);
            }

            activity.Dispose();
        }
    }

    private static Activity Unheard(string? parent, string? state)
    {
        var activity = new Activity(TelemetryNames.Cycle.Job);
        if (parent is not null)
        {
            activity.SetParentId(parent);
            activity.TraceStateString = state;
        }

        return activity.Start();
    }
}
