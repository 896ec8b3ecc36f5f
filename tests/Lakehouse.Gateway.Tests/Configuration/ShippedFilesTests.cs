using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Tests.Configuration;

public sealed class ShippedFilesTests : IDisposable
{
    private readonly TwoFiles _files = new(TwoFiles.Shipped("providers.toml"), TwoFiles.Shipped("routing.toml"));

    [Fact]
    public void Shipped_files_are_right_and_name_every_kind()
    {
        var config = _files.Load();

        Assert.Equal(
            ["claude claude https://api.anthropic.com/ True ANTHROPIC_API_KEY", "gemini gemini https://generativelanguage.googleapis.com/v1beta True GEMINI_API_KEY",
             "ollama ollama http://localhost:11434/ False ", "ollama_cloud ollama https://ollama.com/ True OLLAMA_API_KEY",
             "openai openai https://api.openai.com/v1 True OPENAI_API_KEY", "openrouter openrouter https://openrouter.ai/api/v1 True OPENROUTER_API_KEY"],
            config.Providers.Values.OrderBy(provider => provider.Name, StringComparer.Ordinal).Select(provider => $"{provider.Name} {provider.Kind} {provider.BaseUrl} {provider.Paid} {provider.KeyVariable}"));
        Assert.Equal(ProviderKinds.All.Order(StringComparer.Ordinal), config.Providers.Values.Select(provider => provider.Kind).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.All(config.Providers.Values, provider => Assert.Null(provider.ApiKey));
        Assert.All(config.Providers.Values.Where(provider => provider.Paid), provider => Assert.NotEmpty(provider.Models));
        Assert.Equal((TwoFiles.Now, 12), (config.LoadedAt, config.Version.Length));
    }

    [Fact]
    public void Other_names_of_the_shipped_providers_are_known()
    {
        var aliases = _files.Load().Aliases;

        Assert.Equal(("ollama_cloud", "claude", "gemini", "openai"), (aliases["cloud"], aliases["anthropic"], aliases["google"], aliases["openai"]));
        Assert.Equal(9, aliases.Count);
    }

    [Fact]
    public void Shipped_limits_are_the_defaults_so_that_an_empty_file_means_the_same()
    {
        var shipped = _files.Load().Routing;
        using var empty = new TwoFiles();

        Assert.Equal((new ChainLimits(), BreakerConfig.Default, TimeoutConfig.Default), (shipped.Limits, shipped.Breaker, shipped.Timeouts));
        Assert.Equal((shipped.Limits, shipped.Breaker, shipped.Timeouts), (empty.Load().Routing.Limits, empty.Load().Routing.Breaker, empty.Load().Routing.Timeouts));
    }

    [Fact]
    public void Shipped_rules_answer_the_model_auto_only_and_with_local_models()
    {
        var config = _files.Load();

        Assert.Equal(["auto-code", "auto"], config.Routing.Rules.Select(rule => rule.Name));
        Assert.All(config.Routing.Rules, rule => Assert.Equal("auto", rule.Match.Model));
        Assert.All(config.Routing.Rules.SelectMany(rule => rule.Chain), candidate => Assert.False(config.Providers[candidate.Provider].Paid));
    }

    [Fact]
    public void Shipped_prices_of_today_are_those_of_their_pages()
    {
        var providers = _files.Load().Providers;
        var today = DateOnly.FromDateTime(TwoFiles.Now.UtcDateTime);

        var opus = providers["claude"].Models["claude-opus-5-5"].PriceOn(today)!;
        var haiku = providers["claude"].Models["claude-haiku-5-5"];
        var free = providers["openrouter"].Models["openai/gpt-oss-20b:free"].PriceOn(today)!;

        Assert.Equal((4000, 20000, 200, 5000, 8000L), (opus.Input, opus.Output, opus.CachedInput, opus.CacheWrite, opus.CacheWriteHour));
        Assert.Equal((new LongPromptPrice(100_000, 500, 2500, 50, 625, 1000), 1_000_000L, 128_000, true), (haiku.PriceOn(today)!.Long, haiku.ContextTokens, haiku.MaxOutputTokens, haiku.Reasons));
        Assert.Equal(0, free.Bound(1_000_000, 1_000_000));
    }

    public void Dispose() => _files.Dispose();
}
