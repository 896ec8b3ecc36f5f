namespace Lakehouse.Gateway.Routing;

/// <summary><c>config/routing.toml</c> as read. Immutable; a request keeps the one that it began with.</summary>
internal sealed record RoutingConfig(IReadOnlyList<RoutingRule> Rules, ChainLimits Limits, BreakerConfig Breaker, TimeoutConfig Timeouts);

/// <summary>The first rule that matches names the chain.</summary>
internal sealed record RoutingRule(string Name, RuleMatch Match, IReadOnlyList<Candidate> Chain, ChainLimits Limits);

/// <summary>What a request must be for a rule to hold; null = anything. Texts are patterns where * is any text.</summary>
/// <param name="MinTokens">Estimated input tokens, at least.</param>
/// <param name="MaxTokens">Estimated input tokens, at most.</param>
/// <param name="MinFailedAttempts">The request's <c>failed_attempts</c>, at least: harder cases may go to stronger models.</param>
internal sealed record RuleMatch(
    string? Model = null, string? TaskClass = null, string? Consumer = null, string? Profile = null, long? MinTokens = null, long? MaxTokens = null, int? MinFailedAttempts = null);

/// <summary>One <c>provider/model</c> of a chain.</summary>
internal sealed record Candidate(string Provider, string Model)
{
    public override string ToString() => $"{Provider}/{Model}";
}

/// <summary>Over the whole chain, not per candidate: three retries of three candidates must not become nine paid calls.</summary>
/// <param name="MaxAttempts">Upstream calls of one request.</param>
/// <param name="RetriesPerCandidate">Repetitions of one candidate before the next is asked.</param>
/// <param name="MaxCostNanoUsd">What one request may cost at most, all its attempts together; null = no cap of its own.</param>
/// <param name="DefaultMaxTokens">Put into requests that have no max_tokens, so that a ceiling is one.</param>
/// <param name="MostMaxTokens">The most output that may be asked for.</param>
internal sealed record ChainLimits(int MaxAttempts = 3, int RetriesPerCandidate = 1, long? MaxCostNanoUsd = null, int DefaultMaxTokens = 4096, int MostMaxTokens = 32_768);

/// <param name="Failures">In a row, until a provider's model is left alone.</param>
/// <param name="Cooldown">How long; then one call may try it.</param>
internal sealed record BreakerConfig(int Failures, TimeSpan Cooldown)
{
    public static readonly BreakerConfig Default = new(5, TimeSpan.FromSeconds(30));
}

/// <param name="ReasoningWhole">Whole and first byte, for reasoning models and requests that ask for thinking.</param>
internal sealed record TimeoutConfig(TimeSpan Connect, TimeSpan FirstByte, TimeSpan Idle, TimeSpan Whole, TimeSpan ReasoningWhole)
{
    public static readonly TimeoutConfig Default = new(
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(170), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(180), TimeSpan.FromSeconds(600));

    /// <summary>No call lasts longer.</summary>
    public TimeSpan Longest => Whole > ReasoningWhole ? Whole : ReasoningWhole;
}
