using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Routing;

/// <summary>Where a request may go, in order, and why.</summary>
/// <param name="Reason">provider, prefix, suffix, rule or default.</param>
/// <param name="Rule">The rule that matched; null = none did.</param>
/// <param name="Skipped">Candidates of the chain that cannot be asked, with the reason.</param>
internal sealed record RoutePlan(
    string Reason, string? Rule, IReadOnlyList<RouteTarget> Targets, IReadOnlyList<SkippedTarget> Skipped, ChainLimits Limits, BreakerConfig Breaker, TimeoutConfig Timeouts);

/// <summary>One provider and model that may be asked.</summary>
internal sealed record RouteTarget(ProviderConfig Provider, string Model)
{
    public string Name { get; } = $"{Provider.Name}/{Model}";

    public ModelConfig? Known => Provider.Models.GetValueOrDefault(Model);
}

internal sealed record SkippedTarget(string Target, string Why);
