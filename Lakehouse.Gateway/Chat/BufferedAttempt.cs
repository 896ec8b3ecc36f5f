using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat;

/// <summary>A whole reply at once.</summary>
internal sealed class BufferedAttempt(Reservation reservation, HttpResponse response) : IAttempt
{
    public bool HasAnswered => false;

    /// <summary>The answer, once there is one.</summary>
    public (ChatCall Call, ModelReply Reply, UsageRecord Record)? Answer { get; private set; }

    public async Task<(ProviderException? Problem, long CostNanoUsd)> RunAsync(ChatCall call, Hold hold, CallClock clock)
    {
        using var meter = new AttemptMeter(call, hold, clock);
        try
        {
            var reply = await call.Adapter.ChatAsync(call.Upstream, clock);
            meter.Saw(reply);
            var record = meter.Completed(reply.Model, reply.FinishReason);
            ReplyHeaders.WriteBudget(response, hold, await reservation.CompleteAsync(hold, record));
            Answer = (call, reply, record);
            return (null, record.CostNanoUsd);
        }
        catch (ProviderException problem)
        {
            var record = meter.Failed(problem);
            ReplyHeaders.WriteBudget(response, hold, await reservation.FailAsync(hold, record, problem.Failure));
            return (problem, record.CostNanoUsd);
        }
    }
}
