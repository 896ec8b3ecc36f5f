using System.Collections.Frozen;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Configuration;

internal static class ConfigurationExtensions
{
    public static void AddGatewayConfig(this IHostApplicationBuilder builder)
    {
        var file = builder.Configuration["Providers:File"] ?? Path.Combine(AppContext.BaseDirectory, "config", "providers.toml");
        var providers = new ProvidersFile(file, builder.Configuration).Read(ProviderCatalog.Known).ToFrozenDictionary(provider => provider.Name, StringComparer.Ordinal);
        builder.Services.AddSingleton(services => new ConfigStore(new(
            providers, ProviderAliases.Of(providers.Keys), new RoutingConfig([], new ChainLimits(), BreakerConfig.Default, TimeoutConfig.Default), "first",
            services.GetRequiredService<TimeProvider>().GetUtcNow())));
        builder.Services.AddSingleton<ProviderCatalog>();
    }
}
