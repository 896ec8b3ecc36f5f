using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>Why a reply ended. Source: https://ai.google.dev/api/generate-content#FinishReason.</summary>
internal static class GeminiFinish
{
    public static string Of(string native, string? message, bool calledTools, string? apiKey) => native switch
    {
        "STOP" => calledTools ? "tool_calls" : "stop",
        "MAX_TOKENS" => "length",
        "SAFETY" or "RECITATION" or "LANGUAGE" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "MODEL_ARMOR"
            or "IMAGE_SAFETY" or "IMAGE_PROHIBITED_CONTENT" or "IMAGE_RECITATION" => "content_filter",
        // the request lacks what Gemini once gave; asking again changes nothing
        "MISSING_THOUGHT_SIGNATURE" => throw Failed(ProviderFailure.InvalidRequest, native, message, apiKey),
        // the model broke its own answer; another attempt, or another model, may not
        "MALFORMED_FUNCTION_CALL" or "UNEXPECTED_TOOL_CALL" or "TOO_MANY_TOOL_CALLS" or "MALFORMED_RESPONSE" or "NO_IMAGE" or "IMAGE_OTHER" or "OTHER" =>
            throw Failed(ProviderFailure.Unavailable, native, message, apiKey),
        _ => throw Failed(ProviderFailure.Protocol, native, message, apiKey),
    };

    private static ProviderException Failed(ProviderFailure failure, string native, string? message, string? apiKey) =>
        new(failure, Redaction.Clean($"Gemini gave up with {native}. {message}".TrimEnd(), apiKey));
}
