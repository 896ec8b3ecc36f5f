using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Embeddings;

internal sealed class EmbeddingAttempt(Reservation reservation, HttpResponse response) : IAttempt
{
    public bool HasAnswered => false;

    public (EmbeddingReply Reply, UsageRecord Record)? Answer { get; private set; }

    public async Task<(ProviderException? Problem, long CostNanoUsd)> RunAsync(ChatCall call, Hold hold, CallClock clock)
    {
        using var meter = new AttemptMeter(call, hold, clock);
        try
        {
            var reply = await call.Adapter.EmbedAsync(call.Upstream, clock);
            meter.Saw(reply);
            var record = meter.Completed(reply.Model, "stop");
            ReplyHeaders.WriteBudget(response, hold, await reservation.CompleteAsync(hold, record));
            Answer = (reply, record);
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
