using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat;

/// <summary>Reserve before, settle after: the two money steps of an attempt, the same for every kind of call.</summary>
internal sealed class Reservation(BudgetGate gate)
{
    public const string RequestCap = "request_cost_exceeded";

    /// <summary>An answer shorter than this is worth nothing to anybody.</summary>
    private const int LeastClamped = 16;

    /// <param name="spent">What the request's earlier attempts were charged, in nano-USD.</param>
    /// <param name="clamp">The same call with at most so many output tokens.</param>
    public async Task<(ChatCall Call, Hold Hold)> MakeAsync(ChatCall call, long spent, Func<int, ChatCall> clamp, CancellationToken cancellationToken)
    {
        if (call.Job.Route.Limits.MaxCostNanoUsd is { } cap && spent + call.Ask.NanoUsd > cap)
        {
            throw new ApiError(429, RequestCap, $"The request may cost up to {spent + call.Ask.NanoUsd} nano-USD with this attempt; its route allows {cap} (max_cost_nano_usd). Ask for fewer max_tokens.", "max_tokens");
        }

        while (true)
        {
            try
            {
                return (call, await ReserveAsync(call, cancellationToken));
            }
            catch (BudgetDeniedException denied) when (Affordable(call, denied.Denial) is { } most)
            {
                // somebody may take what is left meanwhile: each turn asks for less, until it fits or nothing is left
                call = call.Request.Clamp ? clamp(most) : throw denied.Fitting(most);
            }
        }
    }

    public Task<BudgetState> CompleteAsync(Hold hold, UsageRecord record) => gate.SettleAsync(hold, record);

    /// <summary>Gives back what was certainly not sent, charges the rest.</summary>
    public Task<BudgetState> FailAsync(Hold hold, UsageRecord record, ProviderFailure failure) =>
        ProviderFailures.Of(failure).Charge == FailureCharge.Nothing ? gate.ReleaseAsync(hold, record) : gate.SettleAsync(hold, record);

    private Task<Hold> ReserveAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var job = call.Job;
        return gate.ReserveAsync(
            new(job.Caller.Consumer, call.Target.Provider.Name, job.Request.SessionId, call.Ask, call.Target.Provider.Paid), job.Route.Timeouts.Longest,
            (day, hold) => UsageLine.Write(AttemptMeter.Abandoned(call, day, hold)), cancellationToken);
    }

    private static int? Affordable(ChatCall call, BudgetDenial denial)
    {
        var left = denial.Cap - denial.Used - denial.Held;
        var tokens = denial.Dimension switch
        {
            BudgetDenial.Tokens => left - call.Job.InputBound,
            BudgetDenial.NanoUsd when call.Price is { Output: > 0 } price => (left - price.Bound(call.Job.InputBound, 0)) / price.Output,
            _ => 0,
        };
        return tokens >= LeastClamped && tokens < call.Call.MaxTokens ? (int)tokens : null;
    }
}
