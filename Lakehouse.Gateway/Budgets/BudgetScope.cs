using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Budgets;

/// <summary>What a cap holds for: one consumer, one provider, one session, or everybody.</summary>
internal sealed class BudgetScope(string kind, string name, BudgetLimits caps)
{
    public const string ConsumerKind = "consumer";
    public const string ProviderKind = "provider";
    public const string SessionKind = "session";
    public const string GlobalKind = "global";
    public const string GlobalName = "all";

    public static readonly BudgetLimits NoCaps = new(null, null, null);

    private DayCounter? _counter;

    public string Kind => kind;

    public string Name => name;

    public BudgetLimits Caps => caps;

    public bool IsCapped { get; } = caps is not (null, null, null);

    public string Label { get; } = kind == GlobalKind ? GlobalKind : $"{kind}:{name}";

    /// <summary>Redis key of what it uses on a day; the last one is remembered, because a scope lives longer than a call.</summary>
    public string Counter(string day)
    {
        var known = _counter;
        if (known is null || !string.Equals(known.Day, day, StringComparison.Ordinal))
        {
            _counter = known = new(day, BudgetKeys.Use(day, this));
        }

        return known.Key;
    }

    private sealed record DayCounter(string Day, string Key);
}
