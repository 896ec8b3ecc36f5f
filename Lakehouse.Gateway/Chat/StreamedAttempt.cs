using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat;

/// <summary>
/// A reply as server-sent events. The first event is written when the model's first piece is here, so that a failure before
/// it is an ordinary error, or another target's answer.
/// </summary>
internal sealed class StreamedAttempt(Reservation reservation, HttpContext context, SseWriter events, StreamOutput output) : IAttempt
{
    public bool HasAnswered => events.HasStarted;

    /// <summary>How it ended, once it ended well.</summary>
    public (ChatCall Call, string FinishReason, UsageRecord Record)? Answer { get; private set; }

    public async Task<(ProviderException? Problem, long CostNanoUsd)> RunAsync(ChatCall call, Hold hold, CallClock clock)
    {
        using var meter = new AttemptMeter(call, hold, clock);
        ReplyHeaders.WriteBudget(context.Response, hold, hold.State);
        var (finish, model) = ((string?)null, call.Call.Model);
        UsageRecord record;
        try
        {
            await using var chunks = call.Adapter.StreamAsync(call.Upstream, clock).GetAsyncEnumerator(CancellationToken.None);
            while (await NextAsync(chunks, clock))
            {
                var chunk = chunks.Current;
                meter.Saw(chunk);
                (finish, model) = (chunk.FinishReason ?? finish, chunk.Model ?? model);
                events.Write(output.Step(call, chunk));
                if (events.IsFull)
                {
                    await FlushAsync(clock);
                }
            }

            record = meter.Completed(model, finish ?? throw new ProviderException(ProviderFailure.CutStream, "The model's stream ended without a finish reason."));
        }
        catch (ProviderException problem)
        {
            return (problem, await FailAsync(meter, hold, problem));
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException && clock.Token.IsCancellationRequested)
        {
            // the client left while we wrote to it, or does not read: what was produced is charged
            var gone = clock.Failure(problem);
            return (gone, await FailAsync(meter, hold, gone));
        }

        await reservation.CompleteAsync(hold, record);
        Answer = (call, finish, record);
        return (null, record.CostNanoUsd);
    }

    private async Task<long> FailAsync(AttemptMeter meter, Hold hold, ProviderException problem)
    {
        var record = meter.Failed(problem);
        await reservation.FailAsync(hold, record, problem.Failure);
        return record.CostNanoUsd;
    }

    // Before it waits for more, what is there goes out. A caller who has left is noticed by the model's side too: both end
    // with the same token, and the enumerator must have ended before it is disposed.
    private ValueTask<bool> NextAsync(IAsyncEnumerator<ModelChunk> chunks, CallClock clock)
    {
        var next = chunks.MoveNextAsync();
        return next.IsCompleted ? next : FlushedAsync(next, clock);
    }

    private async ValueTask<bool> FlushedAsync(ValueTask<bool> next, CallClock clock)
    {
        try
        {
            await FlushAsync(clock);
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException)
        {
            await next;
            throw;
        }

        return await next;
    }

    // a caller who reads slowly is no fault of the model's
    private async ValueTask FlushAsync(CallClock clock)
    {
        var flushed = events.FlushAsync(clock.Token);
        if (!flushed.IsCompletedSuccessfully)
        {
            clock.WaitForReader();
            await flushed;
            clock.ReaderCameBack();
        }
    }
}
