using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>What a reply or a chunk says beyond the gateway's own fields: <c>system_fingerprint</c>, <c>service_tier</c>, …</summary>
internal static class OpenAiExtra
{
    /// <summary>Takes the reply apart: what is left of it is the answer.</summary>
    public static JsonObject? Of(JsonObject reply, JsonObject? choice, string? finish)
    {
        reply.Remove("id");
        reply.Remove("object");
        reply.Remove("created");
        reply.Remove("model");
        reply.Remove("choices");
        reply.Remove("usage");
        if (choice is not null)
        {
            OfChoice(reply, choice, finish);
        }

        for (var index = reply.Count - 1; index >= 0; index--)
        {
            if (reply.GetAt(index).Value is null)
            {
                reply.RemoveAt(index);
            }
        }

        return reply.Count > 0 ? reply : null;
    }

    // native_finish_reason (OpenRouter), stop_reason (vLLM), content_filter_results (Azure)
    private static void OfChoice(JsonObject extra, JsonObject choice, string? finish)
    {
        var native = choice.Take("native_finish_reason") ?? choice["finish_reason"];
        if (finish is not null && native is JsonValue && native.ToString() != finish)
        {
            extra["native_finish_reason"] = native.DeepClone();
        }

        choice.Remove("index");
        choice.Remove("finish_reason");
        choice.Remove("delta");
        choice.Remove("message");
        choice.Remove("logprobs");
        while (choice.Count > 0)
        {
            var name = choice.GetAt(0).Key;
            if (choice.Take(name) is { } value)
            {
                extra.TryAdd(name, value);
            }
        }
    }
}
