namespace Lakehouse.ServiceDefaults.Contracts;

/// <summary>Reply of <c>GET /v1/budgets/{consumer}</c>: one UTC day of one consumer. A null cap or remainder is "no limit".</summary>
/// <param name="Day">UTC day as <c>yyyy-MM-dd</c>, decided by the budget store's clock.</param>
public sealed record BudgetView(
    string Consumer, string Day, BudgetLimits Caps, BudgetAmounts Used, BudgetAmounts Held, BudgetLimits Remaining, DateTimeOffset ResetsAt);

/// <summary>Caps or remainders; null = unlimited.</summary>
public sealed record BudgetLimits(long? Calls, long? Tokens, long? NanoUsd);

/// <summary>Amounts that were spent, or that calls in flight hold.</summary>
public sealed record BudgetAmounts(long Calls, long Tokens, long NanoUsd);
