using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>
/// <c>think</c> and <c>reasoning_effort</c> as <c>thinking</c> and <c>output_config.effort</c>. Newer models decide themselves
/// how long they think; older ones are told a number of tokens, which counts as output.
/// Source: https://platform.claude.com/docs/en/build-with-claude/extended-thinking.
/// </summary>
internal static class ClaudeThinking
{
    /// <summary>Tokens; fewer are refused by Claude.</summary>
    public const int LeastBudget = 1024;

    private const int MediumBudget = 4096;
    private const int HighBudget = 16_384;

    public static void Add(ProviderCall call, JsonObject body)
    {
        var effort = Effort(call);
        var level = ThinkingTokens.Level(call.Think);
        var on = level is not null || call.Think?.GetValueKind() == JsonValueKind.True;
        if (call.Think is not null && body["thinking"] is not null)
        {
            throw ApiError.BadInput("thinking", "thinking is set beside think; accepted is one of them.");
        }

        if (!on && effort is not null and not "none" && !ClaudeModel.HasEffort(call.Model))
        {
            // thinking tokens are the only effort that an older model knows
            (on, level, effort) = (true, effort, null);
        }

        if (on)
        {
            body["thinking"] = ClaudeModel.IsAdaptive(call.Model) ? Adaptive() : Budgeted(call, level);
            effort ??= ClaudeModel.IsAdaptive(call.Model) ? level : null;
        }
        else if ((call.Think is not null || effort == "none") && ClaudeModel.IsAdaptive(call.Model))
        {
            body["thinking"] = new JsonObject { ["type"] = "disabled" };
        }

        if (effort is not null and not "none")
        {
            var output = body["output_config"] as JsonObject ?? [];
            output["effort"] = effort;
            body["output_config"] = output;
        }

        if (body["thinking"].Text("type") is "enabled" or "adaptive")
        {
            RefuseBeside(body);
        }
    }

    // newer models send thinking without its text unless they are asked for it
    private static JsonObject Adaptive() => new() { ["type"] = "adaptive", ["display"] = "summarized" };

    private static JsonObject Budgeted(ProviderCall call, string? level)
    {
        if (call.MaxTokens <= LeastBudget)
        {
            throw ApiError.BadInput("max_tokens", $"max_tokens is {call.MaxTokens}; Claude thinks with {LeastBudget} tokens at least, which count as output: accepted is more than that, or no thinking.");
        }

        if (ThinkingTokens.Of(call.Think) is { } tokens)
        {
            return tokens >= LeastBudget && tokens < call.MaxTokens ? Enabled(tokens)
                : throw ApiError.BadInput("think", $"think is {tokens}; {call.Model} accepts a number of tokens from {LeastBudget} and below max_tokens, which is {call.MaxTokens} here.");
        }

        var wanted = level switch
        {
            "low" => LeastBudget,
            "high" => HighBudget,
            "medium" or null => MediumBudget,
            _ => throw ApiError.BadInput("reasoning_effort", $"reasoning_effort is {level}; {call.Model} accepts none, low, medium, high."),
        };
        return Enabled(Math.Min(wanted, Math.Max(LeastBudget, call.MaxTokens / 2)));
    }

    private static JsonObject Enabled(int tokens) => new() { ["type"] = "enabled", ["budget_tokens"] = tokens };

    private static string? Effort(ProviderCall call) => call.Body["reasoning_effort"]?.ToString() switch
    {
        null => null,
        "none" or "low" or "medium" or "high" or "xhigh" or "max" => call.Body["reasoning_effort"]!.ToString(),
        var other => throw ApiError.BadInput("reasoning_effort", $"reasoning_effort is {other}; Claude accepts none, low, medium, high, xhigh, max."),
    };

    private static void RefuseBeside(JsonObject body)
    {
        Refuse("temperature", number => number == 1, "1");
        Refuse("top_k", _ => false, "none");
        Refuse("top_p", number => number is >= 0.95 and <= 1, "0.95 to 1");
        if (body["tool_choice"].Text("type") is "any" or "tool")
        {
            throw ApiError.BadInput("tool_choice", "tool_choice forces a tool; while it thinks, Claude accepts \"auto\" and \"none\".");
        }

        void Refuse(string field, Func<double, bool> accepts, string accepted)
        {
            if (body[field] is { } value && !(value is JsonValue single && single.TryGetValue(out double number) && accepts(number)))
            {
                throw ApiError.BadInput(field, $"{field} is {value.ToJsonString()}; while it thinks, Claude accepts {accepted}.");
            }
        }
    }
}
