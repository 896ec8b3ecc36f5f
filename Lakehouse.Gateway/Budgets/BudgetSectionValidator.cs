using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Keys;
using Microsoft.Extensions.Options;

namespace Lakehouse.Gateway.Budgets;

/// <summary>A cap under a name that nobody has, or of a kind that there is not, would be no cap: it stops the start.</summary>
internal sealed class BudgetSectionValidator(IConfiguration configuration, ConfigStore store) : IValidateOptions<BudgetOptions>
{
    private static readonly string[] Caps = [nameof(BudgetCaps.Calls), nameof(BudgetCaps.Tokens), nameof(BudgetCaps.NanoUsd)];
    private static readonly string[] Limits = [.. Caps, nameof(ConsumerCaps.RequestsPerMinute), nameof(ConsumerCaps.TokensPerMinute)];

    private static readonly string[] Times = [nameof(BudgetOptions.HoldLease), nameof(BudgetOptions.StoreTimeout), nameof(BudgetOptions.SweepInterval)];

    private static readonly string[] Scopes =
        [nameof(BudgetOptions.Consumers), nameof(BudgetOptions.Default), nameof(BudgetOptions.Sessions), nameof(BudgetOptions.Providers), nameof(BudgetOptions.Global)];

    public ValidateOptionsResult Validate(string? name, BudgetOptions options)
    {
        var section = configuration.GetSection(BudgetOptions.Section);
        var faults = section.GetChildren().SelectMany(Faults).Concat(Unknown(section, [.. Times, .. Scopes])).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<string> Faults(IConfigurationSection section) => Scopes.FirstOrDefault(scope => Is(scope, section)) switch
    {
        nameof(BudgetOptions.Consumers) => section.GetChildren().SelectMany(OfConsumer),
        nameof(BudgetOptions.Providers) => section.GetChildren().SelectMany(OfProvider),
        nameof(BudgetOptions.Default) => Unknown(section, Limits),
        nameof(BudgetOptions.Sessions) or nameof(BudgetOptions.Global) => Unknown(section, Caps),
        _ => [],
    };

    private static IEnumerable<string> OfConsumer(IConfigurationSection consumer) =>
        ConsumerName.IsValid(consumer.Key) ? Unknown(consumer, Limits) : [$"{consumer.Path} names no consumer; accepted is a name of {ConsumerName.Accepted}."];

    // an alias is how a request may say it, and no provider's name
    private IEnumerable<string> OfProvider(IConfigurationSection provider) => store.Current.Providers.ContainsKey(provider.Key)
        ? Unknown(provider, Caps)
        : [$"{provider.Path} names no provider; accepted are {string.Join(", ", store.Current.Providers.Keys.Order(StringComparer.Ordinal))}."];

    private static IEnumerable<string> Unknown(IConfigurationSection section, string[] known) => section.GetChildren()
        .Where(child => !known.Any(name => Is(name, child)))
        .Select(child => $"{child.Path} is not known here{(string.IsNullOrEmpty(child.Value) ? "" : $" (its value is {child.Value})")}; accepted are {string.Join(", ", known)}.");

    private static bool Is(string name, IConfigurationSection section) => string.Equals(name, section.Key, StringComparison.OrdinalIgnoreCase);
}
