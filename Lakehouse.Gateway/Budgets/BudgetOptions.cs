using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Budgets;

/// <summary>Section <c>Budgets</c>: caps of one UTC day. A missing number means no cap.</summary>
internal sealed class BudgetOptions
{
    public const string Section = "Budgets";

    /// <summary>A hold lives this long; longer than any call may last (the whole timeout of reasoning models is 10 minutes).</summary>
    public TimeSpan HoldLease { get; set; } = TimeSpan.FromMinutes(11);

    /// <summary>How often expired holds are looked for.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(5);

    public Dictionary<string, BudgetCaps> Consumers { get; } = new(StringComparer.Ordinal)
    {
        ["bot"] = new() { Calls = 20, Tokens = 160_000 },
        ["observer"] = new() { Calls = 50, Tokens = 200_000 },
        ["local"] = new() { Calls = 2_000, Tokens = 20_000_000 },
    };

    public Dictionary<string, BudgetCaps> Providers { get; } = new(StringComparer.Ordinal);

    public BudgetCaps Global { get; set; } = new();
}

internal sealed class BudgetCaps
{
    public long? Calls { get; set; }

    public long? Tokens { get; set; }

    public long? NanoUsd { get; set; }

    public BudgetLimits ToLimits() => new(Calls, Tokens, NanoUsd);
}
