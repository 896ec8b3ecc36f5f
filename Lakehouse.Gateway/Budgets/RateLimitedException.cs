namespace Lakehouse.Gateway.Budgets;

/// <summary>The consumer asks faster than it may; nothing was reserved and nothing sent.</summary>
internal sealed class RateLimitedException(string consumer, RateDenial denial) : Exception(
    $"{consumer} may use {denial.PerMinute} {denial.Dimension} a minute; repeat in {denial.RetryAfter.TotalSeconds:0.#} s.")
{
    public RateDenial Denial { get; } = denial;
}
