using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Budgets;

/// <summary>Section <c>Budgets</c>: caps of one UTC day. A missing number means no cap.</summary>
internal sealed class BudgetOptions
{
    public const string Section = "Budgets";

    /// <summary>A hold lives this long, or as long as its call may last and a minute where that is longer.</summary>
    public TimeSpan HoldLease { get; set; } = TimeSpan.FromMinutes(11);

    public static readonly TimeSpan UsualStoreTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How long Redis may take to answer; then it counts as away.</summary>
    public TimeSpan StoreTimeout { get; set; } = UsualStoreTimeout;

    /// <summary>How often expired holds are looked for.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A consumer that stands here has these limits and no others; one that does not has <see cref="Default"/>.</summary>
    public Dictionary<string, ConsumerCaps> Consumers { get; } = new(StringComparer.Ordinal)
    {
        ["bot"] = new() { Calls = 20, Tokens = 160_000 },
        ["observer"] = new() { Calls = 50, Tokens = 200_000 },
        ["local"] = new() { Calls = 2_000, Tokens = 20_000_000 },
    };

    /// <summary>Limits of a consumer that nobody listed, so that a fresh key is never without a ceiling.</summary>
    public ConsumerCaps Default { get; set; } = new() { Calls = 2_000, Tokens = 20_000_000 };

    /// <summary>Caps of any one session.</summary>
    public BudgetCaps Sessions { get; set; } = new();

    public Dictionary<string, BudgetCaps> Providers { get; } = new(StringComparer.Ordinal);

    public BudgetCaps Global { get; set; } = new();
}

internal class BudgetCaps
{
    public long? Calls { get; set; }

    public long? Tokens { get; set; }

    public long? NanoUsd { get; set; }

    public BudgetLimits ToLimits() => new(Calls, Tokens, NanoUsd);
}

/// <summary>Caps of a day, and rates of a minute.</summary>
internal sealed class ConsumerCaps : BudgetCaps
{
    public long? RequestsPerMinute { get; set; }

    public long? TokensPerMinute { get; set; }

    public ConsumerLimit ToLimit() => new(ToLimits(), RequestsPerMinute, TokensPerMinute);
}
