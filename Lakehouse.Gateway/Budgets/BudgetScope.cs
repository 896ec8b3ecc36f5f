using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Budgets;

/// <summary>What a cap holds for: one consumer, one provider, one session, or everybody.</summary>
internal sealed record BudgetScope(string Kind, string Name, BudgetLimits Caps)
{
    public const string ConsumerKind = "consumer";
    public const string ProviderKind = "provider";
    public const string SessionKind = "session";
    public const string GlobalKind = "global";
    public const string GlobalName = "all";

    public static readonly BudgetLimits NoCaps = new(null, null, null);

    public bool IsCapped => Caps is not (null, null, null);

    public string Label => Kind == GlobalKind ? GlobalKind : $"{Kind}:{Name}";
}
