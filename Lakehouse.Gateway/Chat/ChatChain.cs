using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Chat;

/// <summary>
/// Asks the targets of a route in order until one answers: retries with jitter, falls back, leaves open circuits alone, and
/// stops at the caps over the whole chain. Every attempt is reserved and settled on its own.
/// </summary>
internal sealed class ChatChain(CallPlanner planner, Reservation reservation, CircuitBreakers breakers, Backoff backoff, TimeProvider time)
{
    /// <returns>Null = answered; else what the caller is told.</returns>
    public async Task<ApiError?> RunAsync(ChatJob job, ChainState state, IAttempt attempt, HttpContext context)
    {
        var (started, sentBefore) = (time.GetTimestamp(), state.Attempts);
        foreach (var target in job.Route.Targets)
        {
            for (var retry = 0; retry <= job.Route.Limits.RetriesPerCandidate && state.Attempts - sentBefore < job.Route.Limits.MaxAttempts; retry++)
            {
                if (breakers.Enter(target) is { } until)
                {
                    state.Failed(target.Name, new(503, "circuit_open", $"{target.Name} failed too often and is left alone until {until:HH:mm:ss'Z'}.", retryAfter: until - time.GetUtcNow()));
                    break;
                }

                if (await ReserveAsync(job, target, state, context) is not { } reserved)
                {
                    break;
                }

                state.Sent();
                ReplyHeaders.WriteAttempt(context.Response, reserved.Call, state.Attempts);
                using var clock = new CallClock(Limits(job, target, time.GetElapsedTime(started)), time, context.RequestAborted);
                var (problem, cost) = await attempt.RunAsync(reserved.Call, reserved.Hold, clock);
                state.Spent(cost);
                ReplyHeaders.WriteCost(context.Response, state.SpentNanoUsd);
                if (problem is null)
                {
                    breakers.Succeeded(target);
                    state.Answered();
                    return null;
                }

                var rule = ProviderFailures.Of(problem.Failure);
                state.Failed(target.Name, UpstreamError.Of(problem));
                if (rule.Trips)
                {
                    breakers.Failed(target, job.Route.Breaker, problem.RetryAfter);
                }
                else
                {
                    breakers.Undecided(target);
                }

                if (attempt.HasAnswered || !rule.Fallback || time.GetElapsedTime(started) >= Whole(job, target))
                {
                    return state.LastError;
                }

                if (!rule.Retry || retry == job.Route.Limits.RetriesPerCandidate || backoff.Wait(retry + 1, problem.RetryAfter) is not { } wait)
                {
                    break;
                }

                await Task.Delay(wait, time, context.RequestAborted);
            }
        }

        return state.Error();
    }

    /// <returns>Null = this target is not asked, and the state says why.</returns>
    private async Task<(ChatCall Call, Hold Hold)?> ReserveAsync(ChatJob job, RouteTarget target, ChainState state, HttpContext context)
    {
        (ChatCall Call, Hold Hold)? made = null;
        try
        {
            var call = planner.Plan(job, target, state.Attempts + 1);
            made = await reservation.MakeAsync(call, state.SpentNanoUsd, most => planner.Plan(job, target, state.Attempts + 1, most), context.RequestAborted);
            return made;
        }
        catch (ApiError problem) when (job.Route.Targets.Count > 1 || state.LastError is not null)
        {
            state.Failed(target.Name, problem);
            return null;
        }
        catch (Exception problem) when (problem is BudgetDeniedException or RateLimitedException or BudgetUnavailableException && state.LastError is not null && state.Attempts > 0)
        {
            // the caller learns why the first attempts failed; that there was no money for another one is a detail
            return null;
        }
        catch (BudgetDeniedException denied) when (target != job.Route.Targets[^1] && IsOfTarget(denied.Denial))
        {
            state.Failed(target.Name, ErrorWriter.ToApiError(denied, time)!);
            return null;
        }
        catch (BudgetDeniedException denied)
        {
            ReplyHeaders.WriteBudget(context.Response, denied.Denial);
            throw;
        }
        finally
        {
            if (made is null)
            {
                breakers.Undecided(target);
            }
        }
    }

    // the next candidate has another provider's cap, and another price
    private static bool IsOfTarget(BudgetDenial denial) => denial.Scope.Kind == BudgetScope.ProviderKind || denial.Dimension == BudgetDenial.NanoUsd;

    private static CallTimeouts Limits(ChatJob job, RouteTarget target, TimeSpan elapsed)
    {
        var limits = job.Route.Timeouts;
        var left = Whole(job, target) - elapsed;
        var first = CallPlanner.Thinks(job.Request) || target.Known is { Reasons: true } ? limits.ReasoningWhole : limits.FirstByte;
        var whole = left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
        return new(first < whole ? first : whole, limits.Idle, whole);
    }

    private static TimeSpan Whole(ChatJob job, RouteTarget target) =>
        CallPlanner.Thinks(job.Request) || target.Known is { Reasons: true } ? job.Route.Timeouts.ReasoningWhole : job.Route.Timeouts.Whole;
}
