using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers;

/// <summary>
/// A chat of texts alone, with settings that mean nothing to the gateway: it was checked in one pass over its bytes, and they are
/// sent on. There is nothing in it that a vendor could add input for, bill at another price, or be asked in another way.
/// </summary>
/// <param name="json">The whole body.</param>
/// <param name="fields">What is passed on, in the caller's order.</param>
internal sealed class PlainChat(ReadOnlyMemory<byte> json, string model, IReadOnlyList<PlainField> fields)
{
    public string Model => model;

    public bool Stream { get; init; }

    public bool IncludeUsage { get; init; }

    /// <summary>As asked; null = not said.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The limit stands in <c>max_completion_tokens</c>.</summary>
    public bool LimitsCompletion { get; init; }

    /// <summary>Tokens that the prompt has at most.</summary>
    public long InputBound { get; init; }

    /// <summary>UTF-16 units in all contents.</summary>
    public long InputCharacters { get; init; }

    public IReadOnlyList<PlainField> Fields => fields;

    public void WriteValue(Utf8JsonWriter writer, PlainField field) => writer.WriteRawValue(json.Span.Slice(field.Start, field.Length), skipInputValidation: true);

    /// <returns>Without the fields that are the gateway's own.</returns>
    public JsonObject ToTree()
    {
        var tree = JsonNode.Parse(json.Span)!.AsObject();
        tree.Remove("model");
        return tree;
    }
}

/// <param name="Start">Of its value in the body, in bytes.</param>
internal readonly record struct PlainField(JsonEncodedText Name, int Start, int Length);
