using System.Diagnostics;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Tools;
using Lakehouse.ServiceDefaults.Contracts;
using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>Asks the rules on the way of a request, before anything is spent or done.</summary>
internal sealed class TruthGate(TruthStore store)
{
    /// <returns>The request with its verdict, which refuses it or not, and without what a rule redacts.</returns>
    public ChatRequest Judge(ChatRequest request, HttpResponse response)
    {
        if (store.Current.Judge(request.TruthContext, request.TaskClass) is not { } verdict)
        {
            return request;
        }

        Tell(verdict, Activity.Current);
        WriteHeader(response, verdict);
        if (verdict.Redaction is { } redaction && request.Body["messages"] is JsonArray messages)
        {
            request.Body["messages"] = new JsonArray([.. messages.Select(message => redaction.Of(message!.AsObject()))]);
        }

        return request with { Truth = verdict, TruthContext = verdict.Context };
    }

    /// <summary>A tool's arguments, on top of what the caller's task is about.</summary>
    /// <returns>Null where no rule is for the tool or the task.</returns>
    public TruthVerdict? Judge(string tool, JsonObject arguments, ToolCaller caller)
    {
        var context = caller.TruthContext?.DeepClone().AsObject() ?? [];
        foreach (var (name, value) in arguments)
        {
            context[name] = value?.DeepClone();
        }

        var verdict = store.Current.Judge(context, $"tool.{tool}", caller.TaskClass);
        if (verdict is not null)
        {
            Tell(verdict, Activity.Current);
        }

        return verdict;
    }

    public static void WriteHeader(HttpResponse response, TruthVerdict? verdict)
    {
        if (verdict?.FiredIds is { Length: > 0 } fired)
        {
            response.Headers[LakehouseHeaders.Truth] = fired;
        }
    }

    private static void Tell(TruthVerdict verdict, Activity? span) =>
        span?.SetTag(TelemetryNames.TruthVerdict, verdict.Label).SetTag(TelemetryNames.TruthFired, verdict.FiredIds);
}
