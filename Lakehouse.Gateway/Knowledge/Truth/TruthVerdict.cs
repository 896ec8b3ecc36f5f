using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Knowledge.Truth;

/// <summary>What all rules together said of one request.</summary>
/// <param name="Findings">One for each rule that was asked, in the rules' order.</param>
/// <param name="Kind">The hardest action that fired; Pass where none did.</param>
/// <param name="Context">As the caller gave it, without what was redacted.</param>
internal sealed record TruthVerdict(IReadOnlyList<TruthFinding> Findings, TruthActionKind Kind, JsonObject Context, TruthRedaction? Redaction)
{
    /// <summary>The request's field that rules look into.</summary>
    public const string Field = "truth_context";

    public static TruthVerdict Of(IReadOnlyList<TruthFinding> findings, JsonObject context)
    {
        var fired = findings.Where(finding => finding.Fired).Select(finding => finding.Rule.Action).ToList();
        var redaction = TruthRedaction.Of(fired.Where(action => action.Kind == TruthActionKind.Redact), context);
        return new(findings, fired.Count == 0 ? TruthActionKind.Pass : fired.Max(action => action.Kind), redaction?.Context ?? context, redaction);
    }

    public IEnumerable<TruthFinding> Fired => Findings.Where(finding => finding.Fired);

    public string Label => Kind.ToString().ToLowerInvariant();

    /// <summary>Ids of the rules that fired, with commas between.</summary>
    public string FiredIds => string.Join(',', Fired.Select(finding => finding.Rule.Id));

    /// <summary>The refusal, named after the first of the rules that decided; null = the request goes on.</summary>
    /// <param name="arguments">Of a tool, which stand above the context.</param>
    public ApiError? Refusal(JsonObject? arguments = null)
    {
        if (Kind < TruthActionKind.Reject)
        {
            return null;
        }

        var deciding = Fired.Where(finding => finding.Rule.Action.Kind == Kind).ToList();
        var (first, more) = (deciding[0], deciding.Skip(1).Select(finding => $"{finding.Rule.Id}: {finding.Rule.Action.Message} ({finding.Why})").ToList());
        var param = first.Rule.Condition.Test.Field is { } path ? $"{(arguments?.ContainsKey(path.Root) == true ? "arguments" : Field)}.{path}" : Field;
        var text = $"The truth rule {first.Rule.Id} {(Kind == TruthActionKind.Block ? "blocks" : "rejects")} this: {first.Rule.Action.Message} ({first.Why}){(more.Count > 0 ? $"; also {string.Join("; ", more)}" : "")}";
        return Kind == TruthActionKind.Block ? new ApiError(403, "truth_blocked", text, param) : new ApiError(422, "truth_rejected", text, param);
    }

    /// <summary>For records: which rules were asked, which fired and why.</summary>
    public JsonObject ToJson() => new()
    {
        ["verdict"] = Label,
        ["evaluated"] = new JsonArray([.. Findings.Select(finding => (JsonNode)finding.Rule.Id)]),
        ["fired"] = new JsonArray([.. Fired.Select(finding => (JsonNode)new JsonObject
        {
            ["id"] = finding.Rule.Id, ["action"] = finding.Rule.Action.Kind.ToString(), ["why"] = finding.Why,
        })]),
    };
}
