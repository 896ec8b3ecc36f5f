using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Budgets;

/// <summary>Which scope of a call has the least left; the response headers speak of that one.</summary>
internal static class Tightest
{
    public static (BudgetScope Scope, BudgetLimits Remaining)? Of(Hold hold) => Of(hold.Scopes, hold.State);

    public static (BudgetScope Scope, BudgetLimits Remaining)? Of(IReadOnlyList<BudgetScope> scopes, BudgetState state) =>
        scopes.Zip(state.Scopes)
            .Where(scope => scope.First.IsCapped)
            .Select(scope => ((BudgetScope Scope, BudgetLimits Remaining)?)(scope.First, Remaining(scope.First.Caps, scope.Second.Used, scope.Second.Held)))
            .MinBy(scope => scope!.Value.Remaining.Calls ?? scope.Value.Remaining.Tokens ?? long.MaxValue);

    public static BudgetLimits Remaining(BudgetLimits caps, BudgetAmounts used, BudgetAmounts held) => new(
        Left(caps.Calls, used.Calls, held.Calls), Left(caps.Tokens, used.Tokens, held.Tokens), Left(caps.NanoUsd, used.NanoUsd, held.NanoUsd));

    private static long? Left(long? cap, long used, long held) => cap is { } limit ? Math.Max(0, limit - used - held) : null;
}
