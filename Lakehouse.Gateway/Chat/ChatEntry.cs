using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Requests;

namespace Lakehouse.Gateway.Chat;

/// <summary>Where chat requests of every shape come together.</summary>
internal sealed class ChatEntry(ChatJobs jobs, ChatService service, DryRun dryRun, RefusalLog refusals, TimeProvider time)
{
    /// <param name="native">The caller's own body, where it is in a vendor's shape.</param>
    /// <param name="nativeOnly">Fields of it that only that vendor understands.</param>
    public async Task<IResult> AnswerAsync(
        HttpContext context, Caller caller, ChatRequest request, IReplyShape shape, NativeRequest? native = null, IReadOnlyList<string>? nativeOnly = null)
    {
        try
        {
            var job = jobs.Create(context.TraceIdentifier, ChatJob.Chat, caller, request, shape, native, nativeOnly);
            return request.DryRun ? await dryRun.AnswerAsync(job, context.RequestAborted) : await service.AnswerAsync(context, job);
        }
        catch (Exception problem) when (!request.DryRun && !context.Response.Headers.ContainsKey(ServiceDefaults.Contracts.LakehouseHeaders.Attempts) && ErrorWriter.ToApiError(problem, time) is { } refusal)
        {
            // no attempt was made, so the ledger will know nothing of it
            refusals.Add(new(context.TraceIdentifier, time.GetUtcNow(), caller.Consumer, request.Model, request.TaskClass, request.SessionId, refusal.Status, refusal.Code, refusal.Message, System.Diagnostics.Activity.Current?.TraceId.ToHexString()));
            throw;
        }
    }
}
