using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>A caller's own Anthropic body, sent on with only what the gateway decides.</summary>
internal static class ClaudeNative
{
    public static JsonObject? Of(ProviderCall call) => call.Native is { Kind: ClaudeProvider.Protocol } native ? native.Body : null;

    public static JsonObject Build(ProviderCall call, JsonObject native)
    {
        if (native["thinking"] is JsonObject thinking && thinking.Count("budget_tokens") is { } budget && budget >= call.MaxTokens)
        {
            throw ApiError.BadInput("thinking.budget_tokens", $"thinking.budget_tokens is {budget}; accepted is less than max_tokens, which is {call.MaxTokens} here.");
        }

        // shared by all attempts of a request
        var body = native.DeepClone().AsObject();
        body["model"] = call.Model;
        body["max_tokens"] = call.MaxTokens;
        if (call.Stream)
        {
            body["stream"] = true;
        }
        else
        {
            body.Remove("stream");
        }

        if (call.Think is not null && body["thinking"] is null)
        {
            // asked for in the gateway's own field, which Claude does not know
            ClaudeThinking.Add(call, body);
        }

        return body;
    }
}
