using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Budgets;

/// <summary>Which scope of a call has the smallest share of a cap left; the response headers speak of that one.</summary>
internal static class Tightest
{
    public static (BudgetScope Scope, BudgetLimits Remaining)? Of(Hold hold) => Of(hold.Scopes, hold.State);

    public static (BudgetScope Scope, BudgetLimits Remaining)? Of(IReadOnlyList<BudgetScope> scopes, BudgetState state) =>
        scopes.Zip(state.Scopes)
            .Where(scope => scope.First.IsCapped)
            .Select(scope => ((BudgetScope Scope, BudgetLimits Remaining)?)(scope.First, Remaining(scope.First.Caps, scope.Second.Used, scope.Second.Held)))
            .MinBy(scope => Share(scope!.Value.Scope.Caps, scope.Value.Remaining));

    public static BudgetLimits Remaining(BudgetLimits caps, BudgetAmounts used, BudgetAmounts held) => new(
        Left(caps.Calls, used.Calls, held.Calls), Left(caps.Tokens, used.Tokens, held.Tokens), Left(caps.NanoUsd, used.NanoUsd, held.NanoUsd));

    // calls, tokens and money cannot be compared, but what is left of each can
    private static double Share(BudgetLimits caps, BudgetLimits left) =>
        Math.Min(Share(caps.Calls, left.Calls), Math.Min(Share(caps.Tokens, left.Tokens), Share(caps.NanoUsd, left.NanoUsd)));

    private static double Share(long? cap, long? left) => cap is null ? double.PositiveInfinity : cap == 0 ? 0 : (double)left!.Value / cap.Value;

    private static long? Left(long? cap, long used, long held) => cap is { } limit ? Math.Max(0, limit - used - held) : null;
}
