using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Configuration;

/// <summary>What a reload changed, for the log: names, never values.</summary>
internal static class ConfigChanges
{
    public static IReadOnlyList<string> Between(GatewayConfig before, GatewayConfig after)
    {
        var changes = new List<string>();
        Compare("provider", before.Providers, after.Providers, Same, changes);
        Compare("rule", ByName(before.Routing.Rules), ByName(after.Routing.Rules), Same, changes);
        if (!before.Routing.Rules.Select(rule => rule.Name).SequenceEqual(after.Routing.Rules.Select(rule => rule.Name), StringComparer.Ordinal))
        {
            changes.Add("order of rules");
        }

        Compare("limits", before.Routing.Limits, after.Routing.Limits, changes);
        Compare("breaker", before.Routing.Breaker, after.Routing.Breaker, changes);
        Compare("timeouts", before.Routing.Timeouts, after.Routing.Timeouts, changes);
        return changes;
    }

    private static void Compare<T>(string what, T before, T after, List<string> changes)
    {
        if (!Equals(before, after))
        {
            changes.Add($"{what} changed");
        }
    }

    private static void Compare<T>(string what, IReadOnlyDictionary<string, T> before, IReadOnlyDictionary<string, T> after, Func<T, T, bool> same, List<string> changes)
    {
        foreach (var name in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (!after.TryGetValue(name, out var now))
            {
                changes.Add($"{what} {name} removed");
            }
            else if (!before.TryGetValue(name, out var then))
            {
                changes.Add($"{what} {name} added");
            }
            else if (!same(then, now))
            {
                changes.Add($"{what} {name} changed");
            }
        }
    }

    private static Dictionary<string, RoutingRule> ByName(IReadOnlyList<RoutingRule> rules) => rules.ToDictionary(rule => rule.Name, StringComparer.Ordinal);

    // records compare lists by identity
    private static bool Same(RoutingRule before, RoutingRule after) =>
        before with { Chain = after.Chain } == after && before.Chain.SequenceEqual(after.Chain);

    private static bool Same(ProviderConfig before, ProviderConfig after) =>
        before with { Models = after.Models } == after
        && before.Models.Count == after.Models.Count
        && before.Models.Values.All(model => after.Models.TryGetValue(model.Name, out var other) && model with { Prices = other.Prices } == other && model.Prices.SequenceEqual(other.Prices));
}
