namespace Lakehouse.Gateway.Budgets;

/// <summary>A cap would be passed; nothing was reserved and nothing sent.</summary>
internal sealed class BudgetDeniedException(BudgetDenial denial) : Exception(
    $"The budget of {denial.Scope.Label} is spent: {denial.Used} used and {denial.Held} held of {denial.Cap} {denial.Dimension} today; it resets at {denial.ResetsAt:yyyy-MM-dd'T'HH:mm:ss'Z'}.")
{
    public BudgetDenial Denial { get; } = denial;
}
