using System.Collections.Frozen;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Configuration;

/// <summary><c>config/providers.toml</c> and <c>config/routing.toml</c> as one. Immutable; a request keeps the one that it began with.</summary>
/// <param name="Providers">By name.</param>
/// <param name="Aliases">What a request may call a provider, and the provider's name; every name stands for itself.</param>
/// <param name="Version">Short hash of both files' content.</param>
internal sealed record GatewayConfig(
    FrozenDictionary<string, ProviderConfig> Providers, FrozenDictionary<string, string> Aliases, RoutingConfig Routing, string Version, DateTimeOffset LoadedAt);
