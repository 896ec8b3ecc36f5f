using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;
using Microsoft.Extensions.Options;

namespace Lakehouse.Gateway.Chat;

/// <summary>
/// A reply as server-sent events. The first event is written when the model's first piece is here, so that a failure before
/// it is an ordinary error. After it, a failure is an error event, a chunk whose finish reason is "error", and no [DONE].
/// </summary>
internal sealed class StreamedChat(Reservation reservation, IOptions<ChatOptions> options, TimeProvider time)
{
    public async Task<IResult> RunAsync(HttpContext context, ChatCall call, Hold hold)
    {
        using var meter = new AttemptMeter(call, Tightest.Of(hold)?.Scope.Label ?? "none");
        using var clock = new CallClock(options.Value.Timeouts(call.Call.Think is not null), time, context.RequestAborted);
        var events = new SseWriter(context.Response);
        var finish = new ModelChunk();
        UsageRecord? settled = null;
        try
        {
            await foreach (var chunk in call.Adapter.StreamAsync(call.Upstream, clock))
            {
                meter.Saw(chunk);
                finish = chunk.FinishReason is null ? finish : chunk;
                await WriteAsync(events, call, chunk, context.RequestAborted);
            }

            settled = meter.Completed(hold.Day, clock, finish.Model ?? call.Call.Model, finish.FinishReason!);
            await reservation.CompleteAsync(hold, settled);
            await FinishAsync(events, call, finish.FinishReason!, settled, context.RequestAborted);
        }
        catch (ProviderException problem)
        {
            await reservation.FailAsync(hold, meter.Failed(hold.Day, clock, problem), problem.Failure);
            await FailAsync(events, call, UpstreamError.Of(problem), context);
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // the client left while we wrote to it: what was produced is charged, unless it was settled already
            if (settled is null)
            {
                var gone = new ProviderException(ProviderFailure.Cancelled, "The caller went away.", inner: problem);
                await reservation.FailAsync(hold, meter.Failed(hold.Day, clock, gone), gone.Failure);
            }
        }

        return Results.Empty;
    }

    private static async Task WriteAsync(SseWriter events, ChatCall call, ModelChunk chunk, CancellationToken cancellationToken)
    {
        if (ChatResponses.Step(call, chunk) is not { } step)
        {
            return;
        }

        if (!events.HasStarted)
        {
            await events.WriteAsync(ChatResponses.First(call), cancellationToken);
        }

        await events.WriteAsync(step, cancellationToken);
    }

    private static async Task FinishAsync(SseWriter events, ChatCall call, string finishReason, UsageRecord record, CancellationToken cancellationToken)
    {
        if (!events.HasStarted)
        {
            await events.WriteAsync(ChatResponses.First(call), cancellationToken);
        }

        await events.WriteAsync(ChatResponses.Last(call, finishReason), cancellationToken);
        if (call.Request.IncludeUsage)
        {
            await events.WriteAsync(ChatResponses.UsageChunk(call, record), cancellationToken);
        }

        await events.WriteDoneAsync(cancellationToken);
    }

    private static async Task FailAsync(SseWriter events, ChatCall call, ApiError error, HttpContext context)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        if (!events.HasStarted)
        {
            throw error;
        }

        // Some clients notice only the finish reason, some only the error event, some only a connection that breaks: the
        // exception makes the server close it after what is written, without the end of the chunked body.
        await events.WriteAsync(ChatResponses.Last(call, "error"), context.RequestAborted);
        await events.WriteAsync(ErrorWriter.Body(error), context.RequestAborted);
        throw new StreamBrokenException(error.Message);
    }
}
