using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Configuration;

/// <summary>The answer of <c>GET /v1/config</c>: everything but keys.</summary>
internal sealed record ConfigView(
    string Object, string Version, DateTimeOffset LoadedAt, ConfigFaultView? Fault, IReadOnlyList<string> Files, IReadOnlyList<ProviderView> Providers,
    IReadOnlyDictionary<string, string> Aliases, ChainLimits Limits, BreakerView Breaker, TimeoutView Timeouts, IReadOnlyList<RuleView> Rules)
{
    public static ConfigView Of(GatewayConfig config, RefusedConfig? fault, ConfigFiles files) => new(
        "config", config.Version, config.LoadedAt,
        fault is null ? null : new(fault.At, fault.Message.Split(Environment.NewLine)),
        [files.Providers, files.Routing],
        [.. config.Providers.Values.OrderBy(provider => provider.Name, StringComparer.Ordinal).Select(ProviderView.Of)],
        new SortedDictionary<string, string>(config.Aliases, StringComparer.Ordinal),
        config.Routing.Limits,
        new(config.Routing.Breaker.Failures, config.Routing.Breaker.Cooldown.TotalSeconds),
        TimeoutView.Of(config.Routing.Timeouts),
        [.. config.Routing.Rules.Select(rule => new RuleView(rule.Name, rule.Match, [.. rule.Chain.Select(candidate => candidate.ToString())], rule.Limits))]);
}

/// <param name="Faults">Of the files as they are now, which are not in force.</param>
internal sealed record ConfigFaultView(DateTimeOffset At, IReadOnlyList<string> Faults);

/// <param name="ApiKeyEnv">The environment variable that should hold the key.</param>
internal sealed record ProviderView(string Name, string Kind, string BaseUrl, bool Paid, bool ApiKeyConfigured, string? ApiKeyEnv, IReadOnlyList<string> Models)
{
    public static ProviderView Of(ProviderConfig provider) => new(
        provider.Name, provider.Kind, provider.BaseUrl.AbsoluteUri.TrimEnd('/'), provider.Paid, provider.ApiKey is not null, provider.KeyVariable,
        [.. provider.Models.Keys.Order(StringComparer.Ordinal)]);
}

internal sealed record BreakerView(int Failures, double CooldownSeconds);

internal sealed record TimeoutView(double ConnectSeconds, double FirstByteSeconds, double IdleSeconds, double WholeSeconds, double ReasoningWholeSeconds)
{
    public static TimeoutView Of(TimeoutConfig times) => new(
        times.Connect.TotalSeconds, times.FirstByte.TotalSeconds, times.Idle.TotalSeconds, times.Whole.TotalSeconds, times.ReasoningWhole.TotalSeconds);
}

internal sealed record RuleView(string Name, RuleMatch Match, IReadOnlyList<string> Chain, ChainLimits Limits);
