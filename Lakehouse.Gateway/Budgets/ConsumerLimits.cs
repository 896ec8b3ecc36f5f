using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Lakehouse.Gateway.Budgets;

/// <summary>
/// The limits of every consumer, in memory: the configuration's, with the operator's overrides on top. A request reads them
/// once and keeps what it read.
/// </summary>
internal sealed class ConsumerLimits
{
    private readonly FrozenDictionary<string, ConsumerLimit> _configured;
    private readonly ConsumerLimit _default;
    private volatile Overridden _now = new(FrozenDictionary<string, ConsumerLimit>.Empty, FrozenDictionary<string, LimitsOverride>.Empty);

    public ConsumerLimits(IOptions<BudgetOptions> options)
    {
        _configured = options.Value.Consumers.ToFrozenDictionary(caps => caps.Key, caps => caps.Value.ToLimit(), StringComparer.Ordinal);
        _default = options.Value.Default.ToLimit();
    }

    /// <summary>Consumers that the configuration or an operator gave limits of their own.</summary>
    public IEnumerable<string> Names => _configured.Keys.Union(_now.Overrides.Keys, StringComparer.Ordinal);

    public ConsumerLimit Of(string consumer) => _now.Limits.GetValueOrDefault(consumer) ?? Configured(consumer);

    public bool IsConfigured(string consumer) => _configured.ContainsKey(consumer);

    public LimitsOverride? OverrideOf(string consumer) => _now.Overrides.GetValueOrDefault(consumer);

    public void Take(IReadOnlyList<LimitsOverride> overrides) => _now = new(
        overrides.ToFrozenDictionary(given => given.Consumer, given => given.On(Configured(given.Consumer)), StringComparer.Ordinal),
        overrides.ToFrozenDictionary(given => given.Consumer, StringComparer.Ordinal));

    private ConsumerLimit Configured(string consumer) => _configured.GetValueOrDefault(consumer) ?? _default;

    private sealed record Overridden(FrozenDictionary<string, ConsumerLimit> Limits, FrozenDictionary<string, LimitsOverride> Overrides);
}
