using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>As <see cref="OpenAiExtra"/>, of a whole reply, which stays as it is.</summary>
internal static class OpenAiReplyExtra
{
    /// <returns>Null where there is nothing.</returns>
    public static JsonObject? Of(JsonElement reply, JsonElement choice, string finish)
    {
        JsonObject? extra = null;
        foreach (var field in reply.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.Null && !IsOfReply(field))
            {
                (extra ??= []).Add(field.Name, field.Value.ToNode());
            }
        }

        // native_finish_reason (OpenRouter), stop_reason (vLLM), content_filter_results (Azure)
        var native = choice.Member("native_finish_reason"u8) is { ValueKind: not JsonValueKind.Undefined } theirs ? theirs : choice.Member("finish_reason"u8);
        if (native.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array) && native.ToString() != finish)
        {
            (extra ??= [])["native_finish_reason"] = native.ToNode();
        }

        foreach (var field in choice.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.Null && !IsOfChoice(field))
            {
                (extra ??= []).TryAdd(field.Name, field.Value.ToNode());
            }
        }

        return extra;
    }

    private static bool IsOfReply(JsonProperty field) =>
        field.NameEquals("id"u8) || field.NameEquals("object"u8) || field.NameEquals("created"u8) || field.NameEquals("model"u8) || field.NameEquals("choices"u8) || field.NameEquals("usage"u8);

    private static bool IsOfChoice(JsonProperty field) =>
        field.NameEquals("index"u8) || field.NameEquals("message"u8) || field.NameEquals("finish_reason"u8) || field.NameEquals("logprobs"u8) || field.NameEquals("delta"u8)
        || field.NameEquals("native_finish_reason"u8);
}
