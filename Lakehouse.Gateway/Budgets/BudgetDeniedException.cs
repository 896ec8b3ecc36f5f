namespace Lakehouse.Gateway.Budgets;

/// <summary>A cap would be passed; nothing was reserved and nothing sent.</summary>
/// <param name="fits">The most output tokens with which the call would fit; null = with none, or nobody knows.</param>
internal sealed class BudgetDeniedException(BudgetDenial denial, BudgetAsk ask, int? fits = null) : Exception(Text(denial, ask, fits))
{
    public BudgetDenial Denial { get; } = denial;

    /// <summary>The same, for whoever knows how much of the call is output.</summary>
    public BudgetDeniedException Fitting(int most) => new(Denial, ask, most);

    private static string Text(BudgetDenial denial, BudgetAsk ask, int? fits)
    {
        var (label, counts, resets) = (denial.Scope.Label, $"{denial.Used} used and {denial.Held} held of {denial.Cap} {denial.Dimension} today", $"it resets at {denial.ResetsAt:yyyy-MM-dd'T'HH:mm:ss'Z'}.");
        var left = denial.Cap - denial.Used - denial.Held;
        if (left <= 0)
        {
            return $"The budget of {label} is spent: {counts}; {resets}";
        }

        var asked = denial.Dimension switch { BudgetDenial.Calls => ask.Calls, BudgetDenial.Tokens => ask.Tokens, _ => ask.NanoUsd };
        return $"The budget of {label} has {left} {denial.Dimension} left, and the call may take {asked}: {counts}; {resets}"
            + (fits is null ? "" : $" With max_tokens {fits} it would fit; clamp chooses that by itself.");
    }
}
