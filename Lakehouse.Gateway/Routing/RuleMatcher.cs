using Lakehouse.Gateway.Keys;

namespace Lakehouse.Gateway.Routing;

/// <summary>Whether a rule is for a request: everything that it asks for must hold.</summary>
internal static class RuleMatcher
{
    public static bool Holds(RuleMatch match, RouteQuestion question) =>
        Text(match.Model, question.Model) && Text(match.TaskClass, question.TaskClass) && Text(match.Consumer, question.Caller.Consumer) && Text(match.Profile, question.Profile)
        && question.InputTokens >= (match.MinTokens ?? 0) && question.InputTokens <= (match.MaxTokens ?? long.MaxValue)
        && question.FailedAttempts >= (match.MinFailedAttempts ?? 0);

    private static bool Text(string? pattern, string? text) => pattern is null || (text is not null && ScopePattern.Matches(pattern, text));
}
