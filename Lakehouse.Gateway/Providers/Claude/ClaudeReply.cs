using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>Claude's message in the gateway's terms.</summary>
internal static class ClaudeReply
{
    private static readonly string[] OfReply = ["stop_sequence", "stop_details", "container", "diagnostics", "context_management"];
    private static readonly string[] OfUsage = ["service_tier", "server_tool_use", "cache_creation", "inference_geo"];

    /// <exception cref="ProviderException">An error inside a 200, or no message at all.</exception>
    public static ModelReply Whole(JsonObject reply, ProviderCall call)
    {
        if (reply.Text("type") == "error")
        {
            throw ClaudeErrors.InReply(reply, call.Provider.ApiKey);
        }

        var content = reply["content"] as JsonArray ?? throw new ProviderException(ProviderFailure.Protocol, "Claude's reply has no content.");
        var reason = reply.Text("stop_reason") ?? throw new ProviderException(ProviderFailure.CutStream, "Claude's reply does not say why it stopped.");
        var usage = reply["usage"] as JsonObject;
        return new(
            reply.Text("model") ?? call.Model, ClaudeContent.ToMessage(content), FinishReason(reason), ClaudeUsage.Of(usage),
            Extra: Extra(reply, usage), Native: ClaudeNative.Of(call) is null ? null : reply);
    }

    public static string FinishReason(string stopReason) => stopReason switch
    {
        "max_tokens" or "model_context_window_exceeded" => "length",
        "tool_use" => "tool_calls",
        "refusal" => "content_filter",
        _ => "stop",
    };

    /// <summary>What Claude says of a reply and OpenAI's shape has no place for: <c>native_finish_reason</c>, <c>stop_sequence</c>,
    /// <c>stop_details</c>, <c>container</c>, <c>diagnostics</c>, <c>context_management</c>; of the usage <c>service_tier</c>,
    /// <c>server_tool_use</c>, <c>cache_creation</c> and <c>inference_geo</c>.</summary>
    public static JsonObject Extra(JsonObject said, JsonObject? usage)
    {
        var extra = new JsonObject { ["native_finish_reason"] = said.Text("stop_reason") };
        foreach (var (name, value) in OfReply.Select(name => (name, said[name])).Concat(OfUsage.Select(name => (name, usage?[name]))))
        {
            if (value is not null)
            {
                extra[name] = value.DeepClone();
            }
        }

        return extra;
    }
}
