using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>The rules in force, as <c>/v1/truth/rules</c> lists them.</summary>
internal sealed record TruthRulesView(string Object, string Folder, DateTimeOffset LoadedAt, IReadOnlyList<TruthRuleView> Data)
{
    public static TruthRulesView Of(TruthRules rules, IEnumerable<TruthRule> shown) => new("list", rules.Folder, rules.LoadedAt, [.. shown.Select(TruthRuleView.Of)]);
}

/// <param name="Condition">In words.</param>
/// <param name="Redacts">Of a Redact: the fields' paths. Its texts are not told: to name them is to give them away.</param>
internal sealed record TruthRuleView(
    string Id, string TaskClass, string Description, string Condition, string Action, string? Message, IReadOnlyList<string> Redacts, string Source, int Line)
{
    public static TruthRuleView Of(TruthRule rule) => new(
        rule.Id, rule.Tasks.Text, rule.Description, rule.Condition.ToString(), rule.Action.Kind.ToString(), rule.Action.Message, [.. rule.Action.Fields.Select(field => field.Text)], rule.Source, rule.Line);
}

/// <summary>What the rules say of a context, as <c>/v1/truth/check</c> and <c>truth check</c> answer.</summary>
/// <param name="Verdict">pass, redact, reject or block.</param>
/// <param name="Error">What a request would be refused with.</param>
/// <param name="Context">As it would go on.</param>
internal sealed record TruthCheckView(
    string Object, string? TaskClass, string Verdict, TruthErrorView? Error, IReadOnlyList<TruthFindingView> Rules, JsonObject Context)
{
    public static TruthCheckView Of(TruthRules rules, string? taskClass, JsonObject context)
    {
        var verdict = rules.Judge(context, taskClass) ?? TruthVerdict.Of([], context);
        return new(
            "truth_check", taskClass, verdict.Label, verdict.Refusal() is { } error ? new(error.Status, error.Code, error.Message, error.Param) : null,
            [.. verdict.Findings.Select(TruthFindingView.Of)], verdict.Context);
    }
}

internal sealed record TruthErrorView(int Status, string Code, string Message, string? Param);

/// <param name="Fired">Whether its condition holds, so that its action is taken.</param>
/// <param name="Why">The field's value, and what it was compared with.</param>
internal sealed record TruthFindingView(string Id, string Action, bool Fired, string Condition, string Why, string Description)
{
    public static TruthFindingView Of(TruthFinding finding) => new(
        finding.Rule.Id, finding.Rule.Action.Kind.ToString(), finding.Fired, finding.Rule.Condition.ToString(), finding.Why, finding.Rule.Description);
}
