using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>The caller's body, written once with the fields that differ. The body itself is shared by all attempts and stays as it is.</summary>
internal static class OpenAiRequest
{
    public static byte[] Build(ProviderCall call, IReadOnlyList<KeyValuePair<string, JsonNode?>> edits, EarlierReasoning reasoning) =>
        JsonBytes.Of((call, edits, reasoning), static (writer, state) => Write(writer, state.call, state.edits, state.reasoning));

    private static void Write(Utf8JsonWriter writer, ProviderCall call, IReadOnlyList<KeyValuePair<string, JsonNode?>> edits, EarlierReasoning reasoning)
    {
        writer.WriteStartObject();
        writer.WriteString("model", call.Model);
        var (plain, options) = (call.Source.Plain, (JsonObject?)null);
        if (plain is not null)
        {
            WritePlain(writer, plain, edits);
        }
        else
        {
            WriteFields(writer, call.Body, edits, reasoning);
            options = call.Body.Object("stream_options");
        }

        writer.WriteNumber(LimitField(call.Model, plain?.LimitsCompletion ?? call.Body["max_completion_tokens"] is not null), call.MaxTokens);
        foreach (var (name, value) in edits)
        {
            if (value is not null)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }

        if (call.Stream)
        {
            WriteStream(writer, options);
        }

        writer.WriteEndObject();
    }

    // there is no reasoning in its messages, and nothing beside include_usage in its stream_options
    private static void WritePlain(Utf8JsonWriter writer, PlainChat plain, IReadOnlyList<KeyValuePair<string, JsonNode?>> edits)
    {
        foreach (var field in plain.Fields)
        {
            if (!Replaced(edits, field.Name.Value))
            {
                writer.WritePropertyName(field.Name);
                plain.WriteValue(writer, field);
            }
        }
    }

    private static void WriteFields(Utf8JsonWriter writer, JsonObject body, IReadOnlyList<KeyValuePair<string, JsonNode?>> edits, EarlierReasoning reasoning)
    {
        foreach (var (name, value) in body)
        {
            if (name is "model" or "max_tokens" or "max_completion_tokens" or "stream" or "stream_options" || Replaced(edits, name) || (reasoning == EarlierReasoning.LeaveOut && OpenAiForeign.Is(name)))
            {
                continue;
            }

            writer.WritePropertyName(name);
            if (name is "messages" && value is JsonArray messages)
            {
                OpenAiMessages.Write(writer, messages, reasoning);
            }
            else if (name is "tools" && reasoning == EarlierReasoning.LeaveOut && value is JsonArray tools)
            {
                OpenAiForeign.WriteWithout(writer, tools);
            }
            else
            {
                JsonBytes.Write(writer, value);
            }
        }
    }

    // OpenAI refuses the old name for reasoning models and both at once; many compatible servers know only the old one
    private static string LimitField(string model, bool asked) =>
        asked || OpenAiModels.Of(model) is OpenAiFamily.O or OpenAiFamily.Gpt5 or OpenAiFamily.Gpt51 ? "max_completion_tokens" : "max_tokens";

    private static bool Replaced(IReadOnlyList<KeyValuePair<string, JsonNode?>> edits, string name)
    {
        for (var index = 0; index < edits.Count; index++)
        {
            if (edits[index].Key == name)
            {
                return true;
            }
        }

        return false;
    }

    private static void WriteStream(Utf8JsonWriter writer, JsonObject? options)
    {
        writer.WriteBoolean("stream", true);
        writer.WriteStartObject("stream_options");
        foreach (var (name, value) in options ?? [])
        {
            if (name is not "include_usage")
            {
                writer.WritePropertyName(name);
                JsonBytes.Write(writer, value);
            }
        }

        writer.WriteBoolean("include_usage", true);
        writer.WriteEndObject();
    }
}
