using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>The gateway's <c>think</c> as <c>reasoning_effort</c>.</summary>
internal static class OpenAiThinking
{
    /// <returns>Null = the field is left out, because the model does not reason anyway.</returns>
    /// <exception cref="ApiError">400: the model always or never reasons.</exception>
    public static JsonNode? Effort(ProviderCall call)
    {
        var family = OpenAiModels.Of(call.Model);
        if (call.Think!.GetValueKind() == JsonValueKind.False)
        {
            return family switch
            {
                OpenAiFamily.Chat => null,
                OpenAiFamily.Gpt5 => "minimal",
                OpenAiFamily.O => throw ApiError.BadInput("think", $"think is false; {call.Model} always reasons, accepted are true, \"low\", \"medium\", \"high\"."),
                // compatible servers took over the word
                _ => "none",
            };
        }

        if (family == OpenAiFamily.Chat)
        {
            throw ApiError.BadInput("think", $"think is {call.Think.ToJsonString()}; {call.Model} does not reason, accepted is false.");
        }

        return ThinkingTokens.Level(call.Think) is { } level ? level : call.Body["reasoning_effort"] is { } effort && effort.ToString() != "none" ? effort.DeepClone() : "medium";
    }
}
