using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>
/// A chunk that says what most say: a text, why it ended, the three counts. It is read without nodes, which cost more than all else
/// that is done for a chunk. A chunk with anything else in it is not plain.
/// </summary>
internal struct PlainChunk
{
    public string? Model { get; private set; }

    /// <summary>Null = none, or an empty one.</summary>
    public string? Text { get; private set; }

    /// <summary>One of OpenAI's own; null = it did not stop yet.</summary>
    public string? FinishReason { get; private set; }

    /// <summary>As the vendor wrote it; null = not said.</summary>
    public long? PromptTokens { get; private set; }

    public long? CompletionTokens { get; private set; }

    /// <summary>Further fields of the top level that are texts: <c>system_fingerprint</c>, …</summary>
    public JsonObject? Extra { get; private set; }

    /// <param name="chunk">No name stands twice in it.</param>
    /// <returns>Null = it is not plain.</returns>
    public static PlainChunk? Of(JsonElement chunk)
    {
        var plain = new PlainChunk();
        return chunk.ValueKind == JsonValueKind.Object && plain.TakeAll(chunk) ? plain : null;
    }

    private bool TakeAll(JsonElement chunk)
    {
        foreach (var field in chunk.EnumerateObject())
        {
            var isPlain = field.Value.ValueKind switch
            {
                JsonValueKind.Null => true,
                JsonValueKind.Number => field.NameEquals("created"u8),
                JsonValueKind.String => TakeText(field),
                JsonValueKind.Array => field.NameEquals("choices"u8) && TakeChoices(field.Value),
                JsonValueKind.Object => field.NameEquals("usage"u8) && TakeUsage(field.Value),
                _ => false,
            };
            if (!isPlain)
            {
                return false;
            }
        }

        return true;
    }

    private bool TakeText(JsonProperty field)
    {
        if (field.NameEquals("id"u8))
        {
            return true;
        }

        if (field.NameEquals("object"u8))
        {
            return !field.Value.ValueEquals("error"u8);
        }

        if (field.NameEquals("model"u8))
        {
            Model = NotEmpty(field.Value);
            return true;
        }

        var name = field.Name;
        if (name is "error" or "choices" or "usage" or "created")
        {
            return false;
        }

        (Extra ??= [])[name] = field.Value.GetString();
        return true;
    }

    private bool TakeChoices(JsonElement choices) => choices.GetArrayLength() switch
    {
        0 => true,
        1 => choices[0].ValueKind == JsonValueKind.Object && TakeChoice(choices[0]),
        _ => false,
    };

    private bool TakeChoice(JsonElement choice)
    {
        foreach (var field in choice.EnumerateObject())
        {
            var isPlain = field.Value.ValueKind switch
            {
                JsonValueKind.Null => true,
                JsonValueKind.Number => field.NameEquals("index"u8),
                JsonValueKind.String => field.NameEquals("finish_reason"u8) && OpenAiFinish.IsOurs(FinishReason = field.Value.GetString()),
                JsonValueKind.Object => field.NameEquals("delta"u8) && TakeDelta(field.Value),
                _ => false,
            };
            if (!isPlain)
            {
                return false;
            }
        }

        return true;
    }

    private bool TakeDelta(JsonElement delta)
    {
        foreach (var field in delta.EnumerateObject())
        {
            if (field.NameEquals("content"u8) && field.Value.ValueKind == JsonValueKind.String)
            {
                Text = NotEmpty(field.Value);
            }
            else if (field.Value.ValueKind != JsonValueKind.Null && !field.NameEquals("role"u8))
            {
                return false;
            }
        }

        return true;
    }

    private bool TakeUsage(JsonElement usage)
    {
        foreach (var field in usage.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (field.Value.ValueKind != JsonValueKind.Number || !field.Value.TryGetInt64(out var count) || count < 0)
            {
                return false;
            }

            if (field.NameEquals("prompt_tokens"u8))
            {
                PromptTokens = count;
            }
            else if (field.NameEquals("completion_tokens"u8))
            {
                CompletionTokens = count;
            }
            else if (!field.NameEquals("total_tokens"u8))
            {
                return false;
            }
        }

        return true;
    }

    private static string? NotEmpty(JsonElement text) => text.GetString() is { Length: > 0 } said ? said : null;
}
