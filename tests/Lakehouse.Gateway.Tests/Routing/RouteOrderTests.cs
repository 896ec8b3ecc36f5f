using System.Collections.Frozen;
using System.Text.RegularExpressions;
using CsCheck;
using Lakehouse.Gateway.Configuration;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Tests.Routing;

/// <summary>The documented order, written down once more as naively as it is told: provider, prefix, suffix, first rule, local Ollama.</summary>
public sealed class RouteOrderTests
{
    private static readonly string[] Providers = ["claude", "lab", "ollama", "ollama_cloud"];

    private static readonly FrozenDictionary<string, string> Aliases =
        Providers.Select(name => (name, name)).Append(("anthropic", "claude")).Append(("cloud", "ollama_cloud")).ToFrozenDictionary(pair => pair.Item1, pair => pair.Item2);

    private static readonly Gen<string> Name = OneOf("auto", "m", "mm", "gpt-oss:cloud", "org/m", "m:cloud");
    private static readonly Gen<string> Model = Gen.Select(OneOf("", "", "", "claude/", "anthropic/", "cloud/", "lab/", "ollama/", "nobody/"), Name, (prefix, name) => prefix + name);
    private static readonly Gen<string?> Provider = OneOf<string?>(null, null, null, "claude", "anthropic", "lab", "cloud");
    private static readonly Gen<string?> Pattern = OneOf<string?>(null, null, "*", "a*", "*m", "auto", "m*m", "bot.*", "bot", "nobody/*", "*o*");
    private static readonly Gen<string?> Text = OneOf<string?>(null, "auto", "bot.any", "bot", "am");

    private static readonly Gen<RouteQuestion> Question = Gen.Select(Provider, Model, Text, Text, OneOf("bot", "lab", "auto"), Gen.Long[0, 6], Gen.Int[0, 3],
        (provider, model, task, profile, consumer, tokens, failed) => new RouteQuestion(new(consumer, null, KeyScopes.Ordinary), provider, model, task, profile, tokens, failed));

    private static readonly Gen<RuleMatch> Match = Gen.Select(Pattern, Pattern, Pattern, Pattern, Gen.Long[0, 6].Nullable(), Gen.Long[0, 6].Nullable(), Gen.Int[0, 3].Nullable(),
        (model, task, consumer, profile, least, most, failed) => new RuleMatch(model, task, consumer, profile, least, most, failed));

    private static readonly Gen<Candidate[]> Chain = Gen.Select(OneOf("claude", "lab", "ollama_cloud"), OneOf("x", "org/y"), (provider, model) => new Candidate(provider, model)).Array[1, 3];

    [Fact]
    public void Any_request_goes_where_the_documented_order_says() => Gen.Select(Gen.Select(Match, Chain).Array[0, 5], Question).Sample((rules, question) =>
    {
        var routing = new RoutingConfig(
            [.. rules.Select((rule, index) => new RoutingRule($"r{index}", rule.Item1, rule.Item2, new(MaxAttempts: index + 1)))], new(), BreakerConfig.Default, TimeoutConfig.Default);
        var providers = Providers.ToFrozenDictionary(name => name, name => new ProviderConfig(
            name, name is "ollama" ? "ollama" : "openai", new Uri("http://127.0.0.1:1"), Paid: name is not "ollama", null, null, FrozenDictionary<string, ModelConfig>.Empty));
        var router = new ModelRouter(new(new(providers, Aliases, routing, "v", DateTimeOffset.UnixEpoch)));
        var (reason, rule, targets) = Naive(rules, question);
        if (targets.Any(target => target.StartsWith("ollama/", StringComparison.Ordinal) && target.EndsWith(":cloud", StringComparison.Ordinal)))
        {
            // a local Ollama would pass it on to the cloud: there is no such route
            return;
        }

        var plan = router.Route(question);

        Assert.Equal((reason, rule), (plan.Reason, plan.Rule));
        Assert.Equal(targets, plan.Targets.Select(target => target.Name));
        Assert.Equal(rule is null ? new ChainLimits() : new(MaxAttempts: int.Parse(rule[1..], System.Globalization.CultureInfo.InvariantCulture) + 1), plan.Limits);
        Assert.Empty(plan.Skipped);
    });

    private static (string Reason, string? Rule, string[] Targets) Naive((RuleMatch Match, Candidate[] Chain)[] rules, RouteQuestion asked)
    {
        var parts = asked.Model.Split('/', 2);
        var prefix = parts.Length == 2 && Aliases.TryGetValue(parts[0], out var named) ? named : null;
        if (asked.Provider is { } provider)
        {
            // the prefix of the provider that is named anyway is taken off
            return ("provider", null, [$"{Aliases[provider]}/{(prefix == Aliases[provider] ? parts[1] : asked.Model)}"]);
        }

        if (prefix is not null)
        {
            return ("prefix", null, [$"{prefix}/{parts[1]}"]);
        }

        if (asked.Model.EndsWith(":cloud", StringComparison.Ordinal))
        {
            return ("suffix", null, [$"ollama_cloud/{asked.Model[..^6]}"]);
        }

        for (var index = 0; index < rules.Length; index++)
        {
            var (match, chain) = rules[index];
            if (Fits(match.Model, asked.Model) && Fits(match.TaskClass, asked.TaskClass) && Fits(match.Consumer, asked.Caller.Consumer) && Fits(match.Profile, asked.Profile)
                && !(asked.InputTokens < match.MinTokens) && !(asked.InputTokens > match.MaxTokens) && !(asked.FailedAttempts < match.MinFailedAttempts))
            {
                return ("rule", $"r{index}", [.. chain.Select(candidate => $"{candidate.Provider}/{candidate.Model}")]);
            }
        }

        return ("default", null, [$"ollama/{asked.Model}"]);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static bool Fits(string? pattern, string? text) =>
        pattern is null || (text is not null && Regex.IsMatch(text, $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.Singleline, TimeSpan.FromSeconds(1)));
}
