using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>OpenRouter: chat completions with a bill, routing preferences (<c>provider</c>, which passes as it is), one way to
/// ask any model to reason, and errors inside of streams. Source: https://openrouter.ai/docs/api-reference/overview.</summary>
internal sealed class OpenRouterProvider(UpstreamClient upstream) : ChatCompletionsProvider(upstream)
{
    // never changed, so that all requests can share it
    private static readonly KeyValuePair<string, JsonNode?> AskForBill = new("usage", new JsonObject { ["include"] = true });

    public override string Kind => "openrouter";

    protected override bool BillsInUsage => true;

    protected override IEnumerable<(string Name, string Value)> Headers => [("HTTP-Referer", "http://lakehouse.localhost:3100"), ("X-Title", "Lakehouse")];

    protected override string Vendor(ProviderConfig provider) => "OpenRouter";

    protected override EarlierReasoning Reasoning(ProviderCall call) => EarlierReasoning.AsReasoning;

    protected override IReadOnlyList<KeyValuePair<string, JsonNode?>> Edits(ProviderCall call) => call.Think?.GetValueKind() switch
    {
        null => [AskForBill],
        JsonValueKind.True when AsksAlready(call.Body) => [AskForBill],
        JsonValueKind.True => Reason(call, "enabled", true),
        JsonValueKind.False => Reason(call, "enabled", false),
        JsonValueKind.Number => Reason(call, "max_tokens", call.Think.DeepClone()),
        _ => Reason(call, "effort", call.Think.ToString()),
    };

    private static bool AsksAlready(JsonObject body) =>
        (body["reasoning_effort"] ?? body.Object("reasoning")?["effort"]) is { } effort ? effort.ToString() != "none"
            : body.Object("reasoning") is { } reasoning && reasoning["max_tokens"] is not null;

    // of effort, max_tokens and enabled one may be said; the others of the caller's object (exclude, summary) stay
    private static KeyValuePair<string, JsonNode?>[] Reason(ProviderCall call, string name, JsonNode value)
    {
        var reasoning = new JsonObject();
        foreach (var (field, said) in call.Body.Object("reasoning") ?? [])
        {
            if (field is not ("effort" or "max_tokens" or "enabled"))
            {
                reasoning[field] = said?.DeepClone();
            }
        }

        reasoning[name] = value;
        return [AskForBill, new("reasoning", reasoning), new("reasoning_effort", null)];
    }
}
