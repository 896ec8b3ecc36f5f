using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>Why a model stopped, in OpenAI's words.</summary>
internal static class OpenAiFinish
{
    /// <returns>Null = it did not stop yet. <c>function_call</c> answers requests that use the field which came before tools.</returns>
    /// <exception cref="ProviderException">The server says that it failed.</exception>
    public static string? Of(JsonObject choice, UpstreamCall call) => Of(choice.Text("finish_reason"), call);

    /// <inheritdoc cref="Of(JsonObject, UpstreamCall)"/>
    public static string? Of(string? said, UpstreamCall call) => said switch
    {
        null => null,
        var known when IsOurs(known) => known,
        "max_tokens" or "model_length" => "length",
        "safety" or "sensitive" => "content_filter",
        // OpenRouter; vLLM; DeepSeek
        var failed and ("error" or "abort" or "insufficient_system_resource" or "network_error") =>
            throw new ProviderException(ProviderFailure.Unavailable, $"{call.Vendor} ended its reply with '{failed}'."),
        // eos, end_turn, …: it is over, and native_finish_reason has the word
        _ => "stop",
    };

    /// <summary>Whether it is one of OpenAI's own reasons, which stays as it is.</summary>
    public static bool IsOurs(string? reason) => reason is "stop" or "length" or "tool_calls" or "content_filter" or "function_call";
}
