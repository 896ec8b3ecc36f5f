using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.ServiceDefaults.Contracts;
using Microsoft.Extensions.Options;

namespace Lakehouse.Gateway.Chat;

/// <summary>A whole reply at once.</summary>
internal sealed class BufferedChat(Reservation reservation, IOptions<ChatOptions> options, TimeProvider time)
{
    public async Task<IResult> RunAsync(HttpContext context, ChatCall call, Hold hold)
    {
        using var meter = new AttemptMeter(call, Tightest.Of(hold)?.Scope.Label ?? "none");
        using var clock = new CallClock(options.Value.Timeouts(call.Call.Think is not null), time, context.RequestAborted);
        ModelReply reply;
        try
        {
            reply = await call.Adapter.ChatAsync(call.Upstream, clock);
        }
        catch (ProviderException problem)
        {
            var failed = meter.Failed(hold.Day, clock, problem);
            ReplyHeaders.WriteBudget(context.Response, hold, await reservation.FailAsync(hold, failed, problem.Failure));
            ReplyHeaders.WriteCost(context.Response, failed.CostNanoUsd);
            throw UpstreamError.Of(problem);
        }

        meter.Saw(reply);
        var record = meter.Completed(hold.Day, clock, reply.Model, reply.FinishReason);
        ReplyHeaders.WriteBudget(context.Response, hold, await reservation.CompleteAsync(hold, record));
        ReplyHeaders.WriteCost(context.Response, record.CostNanoUsd);
        return TypedResults.Json(ChatResponses.Whole(call, reply, record), LakehouseJson.Options);
    }
}
