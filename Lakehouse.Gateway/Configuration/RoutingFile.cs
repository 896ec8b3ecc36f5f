using System.Collections.Frozen;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Configuration;

/// <summary>Reads <c>config/routing.toml</c>.</summary>
/// <param name="providers">Which a chain may name, by name; null = unknown, because their file is not TOML.</param>
internal sealed class RoutingFile(TomlFile file, IReadOnlyDictionary<string, ProviderConfig>? providers, ConfigFaults faults)
{
    private const int LongestChain = 10;
    private const int LongestSeconds = 3600;
    private const string CandidateForm = "provider/model, such as ollama/qwen3:8b";
    private readonly FrozenDictionary<string, string> _aliases = ProviderAliases.Of([.. providers?.Keys ?? []]);

    public RoutingConfig Read()
    {
        var root = new TomlSection(file, "", file.Root, faults);
        var limits = root.Table("limits") is { } table ? Closed(table, Limits(table, new ChainLimits())) : new ChainLimits();
        var breaker = root.Table("breaker") is { } breaking ? Closed(breaking, Breaker(breaking)) : BreakerConfig.Default;
        var timeouts = root.Table("timeouts") is { } times ? Closed(times, Timeouts(times)) : TimeoutConfig.Default;
        var rules = Rules(root.Tables("rule"), limits);
        root.Close();
        return new(rules, limits, breaker, timeouts);
    }

    private static T Closed<T>(TomlSection section, T value)
    {
        section.Close();
        return value;
    }

    private static BreakerConfig Breaker(TomlSection section) => new(
        (int?)section.Whole("failures", 1, 1000) ?? BreakerConfig.Default.Failures,
        section.Seconds("cooldown_seconds", LongestSeconds) ?? BreakerConfig.Default.Cooldown);

    private static TimeoutConfig Timeouts(TomlSection section) => new(
        section.Seconds("connect_seconds", LongestSeconds) ?? TimeoutConfig.Default.Connect,
        section.Seconds("first_byte_seconds", LongestSeconds) ?? TimeoutConfig.Default.FirstByte,
        section.Seconds("idle_seconds", LongestSeconds) ?? TimeoutConfig.Default.Idle,
        section.Seconds("whole_seconds", LongestSeconds) ?? TimeoutConfig.Default.Whole,
        section.Seconds("reasoning_whole_seconds", LongestSeconds) ?? TimeoutConfig.Default.ReasoningWhole);

    private static ChainLimits Limits(TomlSection section, ChainLimits otherwise)
    {
        var limits = new ChainLimits(
            (int?)section.Whole("max_attempts", 1, 20) ?? otherwise.MaxAttempts,
            (int?)section.Whole("retries_per_candidate", 0, 5) ?? otherwise.RetriesPerCandidate,
            section.Whole("max_cost_nano_usd", 1, long.MaxValue, " of nano-USD") ?? otherwise.MaxCostNanoUsd,
            (int?)section.Whole("default_max_tokens", 1, 10_000_000, " of tokens") ?? otherwise.DefaultMaxTokens,
            (int?)section.Whole("most_max_tokens", 1, 10_000_000, " of tokens") ?? otherwise.MostMaxTokens);
        if (limits.DefaultMaxTokens > limits.MostMaxTokens)
        {
            section.FaultAt(section.PathOf(section.Has("default_max_tokens") ? "default_max_tokens" : "most_max_tokens"),
                section.Has("default_max_tokens") ? (long)limits.DefaultMaxTokens : (long)limits.MostMaxTokens,
                $"a default_max_tokens (here {limits.DefaultMaxTokens}) that is at most most_max_tokens (here {limits.MostMaxTokens})");
        }

        return limits;
    }

    private List<RoutingRule> Rules(IReadOnlyList<TomlSection> sections, ChainLimits limits)
    {
        var rules = new List<RoutingRule>();
        foreach (var (index, section) in sections.Index())
        {
            var name = section.Text("name", "a name of 1 to 64 letters, digits, '-', '_' and '.'", IsName, required: true);
            if (name is not null && rules.Exists(rule => rule.Name == name))
            {
                section.Fault("name", "a name that no rule above has");
            }

            var match = Match(section);
            if (match == new RuleMatch() && index < sections.Count - 1)
            {
                faults.Add(file.Name, file.LineOf(section.Path), section.Path, "without a condition, so that no rule below it is ever reached", "one of model, task_class, consumer, profile, min_tokens, max_tokens, min_failed_attempts, or to be the last rule");
            }

            rules.Add(new(name ?? "", match, Chain(section), Limits(section, limits)));
            section.Close();
        }

        return rules;
    }

    private static RuleMatch Match(TomlSection section)
    {
        var match = new RuleMatch(
            Pattern(section, "model"), Pattern(section, "task_class"), Pattern(section, "consumer"), Pattern(section, "profile"),
            section.Whole("min_tokens", 0, long.MaxValue, " of tokens"), section.Whole("max_tokens", 0, long.MaxValue, " of tokens"),
            (int?)section.Whole("min_failed_attempts", 1, 1000));
        if (match is { MinTokens: { } least, MaxTokens: { } most } && least > most)
        {
            section.Fault("min_tokens", $"at most max_tokens, which is {most}");
        }

        return match;
    }

    private static string? Pattern(TomlSection section, string key) =>
        section.Text(key, "1 to 200 visible letters, where * is any text", text => text.Length is > 0 and <= 200 && !text.Any(char.IsControl) && text.Trim() == text);

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 64 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    private List<Candidate> Chain(TomlSection section)
    {
        var chain = new List<Candidate>();
        foreach (var (text, path) in section.Texts("chain", CandidateForm, LongestChain))
        {
            if (Read(section, text, path) is not { } candidate)
            {
                continue;
            }

            if (chain.Contains(candidate))
            {
                section.FaultAt(path, text, "a candidate that is not above; retries_per_candidate repeats one");
            }

            chain.Add(candidate);
        }

        return chain;
    }

    private Candidate? Read(TomlSection section, string text, string path)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (name, model) = slash < 0 ? ("", "") : (text[..slash], text[(slash + 1)..]);
        if (name.Length == 0 || model.Length == 0 || model.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
        {
            section.FaultAt(path, text, CandidateForm);
            return null;
        }

        if (providers is null)
        {
            return new(name, model);
        }

        if (!_aliases.TryGetValue(name, out var provider))
        {
            section.FaultAt(path, text, $"one of the providers {string.Join(", ", _aliases.Keys.Order(StringComparer.Ordinal))} in front of the slash");
            return null;
        }

        if (providers[provider] is { Kind: ProviderKinds.Ollama, Paid: false } && (model.EndsWith("-cloud", StringComparison.Ordinal) || model.EndsWith(":cloud", StringComparison.Ordinal)))
        {
            // a local Ollama that is signed in passes these on to the paid service, past every price and cap
            section.FaultAt(path, text, $"a model that {provider} runs itself; ask the cloud for it as ollama_cloud/{model[..^"-cloud".Length]}");
            return null;
        }

        return new(provider, model);
    }
}
