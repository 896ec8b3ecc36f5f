using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Budgets;

/// <summary>Which scope of a call has the smallest share of a cap left; the response headers speak of that one.</summary>
internal static class Tightest
{
    public static (BudgetScope Scope, BudgetLimits Remaining)? Of(Hold hold) => Of(hold.Scopes, hold.State);

    public static (BudgetScope Scope, BudgetLimits Remaining)? Of(IReadOnlyList<BudgetScope> scopes, BudgetState state)
    {
        var (tightest, least) = (((BudgetScope Scope, BudgetLimits Remaining)?)null, double.PositiveInfinity);
        for (var index = 0; index < scopes.Count && index < state.Scopes.Count; index++)
        {
            var (scope, amounts) = (scopes[index], state.Scopes[index]);
            if (scope.IsCapped && Remaining(scope.Caps, amounts.Used, amounts.Held) is var left && (tightest is null || Share(scope.Caps, left) < least))
            {
                (tightest, least) = ((scope, left), Share(scope.Caps, left));
            }
        }

        return tightest;
    }

    public static BudgetLimits Remaining(BudgetLimits caps, BudgetAmounts used, BudgetAmounts held) => new(
        Left(caps.Calls, used.Calls, held.Calls), Left(caps.Tokens, used.Tokens, held.Tokens), Left(caps.NanoUsd, used.NanoUsd, held.NanoUsd));

    // calls, tokens and money cannot be compared, but what is left of each can
    private static double Share(BudgetLimits caps, BudgetLimits left) =>
        Math.Min(Share(caps.Calls, left.Calls), Math.Min(Share(caps.Tokens, left.Tokens), Share(caps.NanoUsd, left.NanoUsd)));

    private static double Share(long? cap, long? left) => cap is null ? double.PositiveInfinity : cap == 0 ? 0 : (double)left!.Value / cap.Value;

    private static long? Left(long? cap, long used, long held) => cap is { } limit ? Math.Max(0, limit - used - held) : null;
}
