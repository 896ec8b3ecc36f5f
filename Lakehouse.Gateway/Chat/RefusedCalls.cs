using System.Diagnostics;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Requests;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Chat;

/// <summary>Keeps what is refused before a vendor was asked: no attempt was made, so the ledger will know nothing of it.</summary>
internal sealed class RefusedCalls(RefusalLog refusals, TimeProvider time)
{
    /// <summary>Keeps it, if it is a refusal of a call that was to be made; else does nothing.</summary>
    public void Keep(HttpContext context, Caller caller, ChatRequest request, Exception problem)
    {
        if (!request.DryRun && !context.Response.Headers.ContainsKey(LakehouseHeaders.Attempts) && ErrorWriter.ToApiError(problem, time) is { } refusal)
        {
            refusals.Add(new(
                context.TraceIdentifier, time.GetUtcNow(), caller.Consumer, request.Model, request.TaskClass, request.SessionId, refusal.Status, refusal.Code,
                Unsaid.In(refusal.Message, request.Body), Activity.Current?.TraceId.ToHexString(), request.Truth?.ToJson()));
        }
    }
}
