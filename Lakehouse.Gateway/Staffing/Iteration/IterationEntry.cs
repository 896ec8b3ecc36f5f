using System.Diagnostics;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Staffing.Validation;
using Lakehouse.Gateway.Usage;
using Lakehouse.ServiceDefaults.Contracts;
using Npgsql;

namespace Lakehouse.Gateway.Staffing.Iteration;

/// <summary>One iteration from the caller's request to its record. Models are asked on the chat's own path, as any caller asks them.</summary>
internal sealed partial class IterationEntry(ChatEntry chat, IterationLoop loop, IterationStore store, TimeProvider time, ILogger<IterationEntry> logger)
{
    /// <exception cref="ApiError">The context is not what the kind needs, or nobody could record it: no model was asked.</exception>
    public async Task<IResult> AnswerAsync(HttpContext context, Caller caller, IterationRequest request)
    {
        var record = new IterationRecord(
            LakehouseId.NewIteration(time), context.TraceIdentifier, caller.Consumer, request.Validator.Kind, request.Chat.Model, IterationStatus.Running, request.MaxIterations, time.GetUtcNow(), null,
            Activity.Current?.TraceId.ToHexString(), [], null, null);
        ArtifactCheck check;
        try
        {
            check = await request.Validator.BindAsync(request.Context, context.RequestAborted);
        }
        catch (ApiError unready) when (unready.Status != StatusCodes.Status400BadRequest)
        {
            // the request was right; what it is held against is not there
            record = record.Ended(IterationStatus.Refused, time.GetUtcNow(), unready);
            await store.WriteAsync(record, context.RequestAborted);
            return Answer(record, unready);
        }

        await store.WriteAsync(record, context.RequestAborted);
        var refusal = default(ApiError);
        try
        {
            record = await chat.UseAsync(context, caller, request.Chat, OpenAiShape.Instance, turn => loop.RunAsync(context, turn, request, check, record, KeepAsync));
        }
        catch (Exception problem) when (!context.RequestAborted.IsCancellationRequested && ErrorWriter.ToApiError(problem, time) is { } planned)
        {
            refusal = planned;
            record = record.Ended(Asked(context) ? IterationStatus.Failed : IterationStatus.Refused, time.GetUtcNow(), planned);
        }
        catch
        {
            var cancelled = context.RequestAborted.IsCancellationRequested;
            await EndAsync(record.Ended(cancelled ? IterationStatus.Cancelled : IterationStatus.Failed, time.GetUtcNow(), cancelled ? null : new(500, "internal_error", "The gateway failed; its log says why.")));
            throw;
        }

        await EndAsync(record);
        return Answer(record, refusal);

        Task KeepAsync(IterationRecord soFar) => EndAsync(record = soFar);
    }

    private static bool Asked(HttpContext context) => context.Response.Headers.ContainsKey(LakehouseHeaders.Attempts);

    private static IResult Answer(IterationRecord record, ApiError? refusal)
    {
        if (record.Status == IterationStatus.Valid)
        {
            return new JsonAnswer(record.ToJson());
        }

        var findings = record.Tries.LastOrDefault()?["report"]?["findings"] as JsonArray;
        return new ErrorAnswer(
            refusal ?? new ApiError(422, "iteration_exhausted", $"None of {record.Tries.Count} answers holds; the last one: {findings?[0]?["message"]}"),
            new JsonObject { ["iteration"] = record.ToJson() });
    }

    /// <summary>What was asked is paid for: when it cannot be recorded, the caller gets it all the same. The row says that it runs, then.</summary>
    private async Task EndAsync(IterationRecord record)
    {
        try
        {
            // the caller may have left meanwhile: it took place
            await store.WriteAsync(record, CancellationToken.None);
        }
        catch (Exception problem) when (problem is LedgerUnavailableException or NpgsqlException)
        {
            LogNotStored(problem, record.Id);
        }
    }

    [LoggerMessage(LogLevel.Error, "The iteration {Iteration} could not be recorded.")]
    private partial void LogNotStored(Exception problem, string iteration);
}
