using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary><c>think</c> and <c>reasoning_effort</c> as Gemini's <c>thinkingConfig</c>, by the table of Google's own OpenAI
/// layer. Source: https://ai.google.dev/gemini-api/docs/openai#thinking.</summary>
internal static class GeminiThinking
{
    private const string On = "on";
    private const string Off = "none";

    /// <param name="given">The caller sends a <c>thinking_config</c> of its own.</param>
    /// <returns>Null = nothing said: the model's default, and no thoughts in the reply.</returns>
    public static JsonObject? Config(ProviderCall call, bool given)
    {
        var (field, value) = call.Think is { } think ? ("think", think) : ("reasoning_effort", call.Body["reasoning_effort"]);
        if (value is null)
        {
            return null;
        }

        if (given)
        {
            throw ApiError.BadInput(field, $"{field} is set together with thinking_config; accepted is one of the two.");
        }

        var effort = Effort(field, value);
        if (effort == Off && GeminiModels.AlwaysThinks(call.Model))
        {
            throw ApiError.BadInput(field, $"{field} is {value.Short()}, but {call.Model} always thinks; accepted are low, medium, high.");
        }

        var config = new JsonObject { ["includeThoughts"] = effort != Off };
        if (GeminiModels.ThinksByBudget(call.Model))
        {
            config["thinkingBudget"] = ThinkingTokens.Of(call.Think) ?? Budget(effort);
        }
        else if (effort != On)
        {
            config["thinkingLevel"] = Level(effort, GeminiModels.AlwaysThinks(call.Model));
        }

        return config;
    }

    private static string Effort(string field, JsonNode value) => (field, value.GetValueKind(), value.ToString()) switch
    {
        ("think", JsonValueKind.True, _) => On,
        ("think", JsonValueKind.False, _) => Off,
        (_, JsonValueKind.String, "low" or "medium" or "high") => value.ToString(),
        ("think", JsonValueKind.Number, _) => ThinkingTokens.Level(value)!,
        ("reasoning_effort", JsonValueKind.String, Off or "minimal") => value.ToString(),
        _ => throw ApiError.BadInput(field, $"{field} is {value.Short()}; accepted for Gemini are {(field == "think" ? "true, false" : "none, minimal")}, low, medium, high."),
    };

    // tokens; -1 = the model decides
    private static int Budget(string effort) => effort switch
    {
        On => -1,
        Off => 0,
        "medium" => 8_192,
        "high" => 24_576,
        _ => 1_024,
    };

    // "minimal" is documented as what there is instead of "off"; the pro models have no "minimal"
    private static string Level(string effort, bool alwaysThinks) => effort switch
    {
        "medium" => "MEDIUM",
        "high" => "HIGH",
        Off or "minimal" when !alwaysThinks => "MINIMAL",
        _ => "LOW",
    };
}
