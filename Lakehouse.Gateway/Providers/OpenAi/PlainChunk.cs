using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

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

    /// <param name="data">JSON, or what should be.</param>
    /// <returns>Null = it is not plain: it says more, or is not what it should be.</returns>
    public static PlainChunk? Of(ReadOnlySpan<byte> data)
    {
        var plain = new PlainChunk();
        var json = new Utf8JsonReader(data);
        try
        {
            return json.Read() && json.TokenType == JsonTokenType.StartObject && plain.TakeAll(data, ref json) && !json.Read() ? plain : null;
        }
        catch (JsonException)
        {
            // whoever reads it next says so
            return null;
        }
    }

    private bool TakeAll(ReadOnlySpan<byte> data, ref Utf8JsonReader json)
    {
        var fields = new ObjectFields(data);
        while (fields.Next(ref json, out var name))
        {
            if (!(json.TokenType switch
            {
                JsonTokenType.Null => true,
                JsonTokenType.Number => name.SequenceEqual("created"u8),
                JsonTokenType.String => TakeText(name, ref json),
                JsonTokenType.StartArray => name.SequenceEqual("choices"u8) && TakeChoices(data, ref json),
                JsonTokenType.StartObject => name.SequenceEqual("usage"u8) && TakeUsage(data, ref json),
                _ => false,
            }))
            {
                return false;
            }
        }

        return fields.AreUnique;
    }

    private bool TakeText(scoped ReadOnlySpan<byte> name, ref Utf8JsonReader json)
    {
        if (name.SequenceEqual("id"u8))
        {
            return true;
        }

        if (name.SequenceEqual("object"u8))
        {
            return !json.ValueTextEquals("error"u8);
        }

        if (name.SequenceEqual("model"u8))
        {
            Model = NotEmpty(ref json);
            return true;
        }

        if (name.SequenceEqual("error"u8) || name.SequenceEqual("choices"u8) || name.SequenceEqual("usage"u8) || name.SequenceEqual("created"u8))
        {
            return false;
        }

        (Extra ??= [])[Encoding.UTF8.GetString(name)] = json.GetString();
        return true;
    }

    private bool TakeChoices(ReadOnlySpan<byte> data, ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.EndArray
            || (json.TokenType == JsonTokenType.StartObject && TakeChoice(data, ref json) && json.Read() && json.TokenType == JsonTokenType.EndArray);
    }

    private bool TakeChoice(ReadOnlySpan<byte> data, ref Utf8JsonReader json)
    {
        var fields = new ObjectFields(data);
        while (fields.Next(ref json, out var name))
        {
            if (!(json.TokenType switch
            {
                JsonTokenType.Null => true,
                JsonTokenType.Number => name.SequenceEqual("index"u8),
                JsonTokenType.String => name.SequenceEqual("finish_reason"u8) && OpenAiFinish.IsOurs(FinishReason = json.GetString()),
                JsonTokenType.StartObject => name.SequenceEqual("delta"u8) && TakeDelta(data, ref json),
                _ => false,
            }))
            {
                return false;
            }
        }

        return fields.AreUnique;
    }

    private bool TakeDelta(ReadOnlySpan<byte> data, ref Utf8JsonReader json)
    {
        var fields = new ObjectFields(data);
        while (fields.Next(ref json, out var name))
        {
            if (name.SequenceEqual("content"u8) && json.TokenType == JsonTokenType.String)
            {
                Text = NotEmpty(ref json);
            }
            else if (json.TokenType != JsonTokenType.Null && !(name.SequenceEqual("role"u8) && json.TokenType == JsonTokenType.String))
            {
                return false;
            }
        }

        return fields.AreUnique;
    }

    private bool TakeUsage(ReadOnlySpan<byte> data, ref Utf8JsonReader json)
    {
        var fields = new ObjectFields(data);
        while (fields.Next(ref json, out var name))
        {
            if (json.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var count) || count < 0)
            {
                return false;
            }

            if (name.SequenceEqual("prompt_tokens"u8))
            {
                PromptTokens = count;
            }
            else if (name.SequenceEqual("completion_tokens"u8))
            {
                CompletionTokens = count;
            }
            else if (!name.SequenceEqual("total_tokens"u8))
            {
                return false;
            }
        }

        return fields.AreUnique;
    }

    private static string? NotEmpty(ref Utf8JsonReader text) => text.GetString() is { Length: > 0 } said ? said : null;
}
