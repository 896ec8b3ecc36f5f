using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>What becomes of <c>reasoning_content</c> and its kin in assistant messages that the caller sends back.</summary>
internal enum EarlierReasoning
{
    Keep,

    /// <summary>The server has no such field and refuses it. The reasoning was another vendor's, and only that one can use it.</summary>
    LeaveOut,

    /// <summary>The server calls the text <c>reasoning</c>.</summary>
    AsReasoning,
}

/// <summary>Messages, with the reasoning as the server takes it, and with failures of tools where the model sees them.</summary>
internal static class OpenAiMessages
{
    public static void Write(Utf8JsonWriter writer, JsonArray messages, EarlierReasoning reasoning)
    {
        writer.WriteStartArray();
        for (var index = 0; index < messages.Count; index++)
        {
            if (messages[index] is JsonObject assistant && reasoning != EarlierReasoning.Keep && Is(assistant, "assistant"))
            {
                WriteAssistant(writer, assistant, reasoning);
            }
            else if (messages[index] is JsonObject result && result.ContainsKey(ToolFailure.Field) && Is(result, "tool"))
            {
                WriteResult(writer, result, ToolFailure.Is(result, $"messages[{index}]"));
            }
            else
            {
                JsonBytes.Write(writer, messages[index]);
            }
        }

        writer.WriteEndArray();
    }

    private static bool Is(JsonObject message, string role) => message["role"] is JsonValue said && said.TryGetValue(out string? name) && name == role;

    private static void WriteResult(Utf8JsonWriter writer, JsonObject message, bool failed)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in message)
        {
            if (name is ToolFailure.Field)
            {
                continue;
            }

            writer.WritePropertyName(name);
            if (name is not "content" || !failed)
            {
                JsonBytes.Write(writer, value);
            }
            else if (value is JsonArray parts)
            {
                WriteFailed(writer, parts);
            }
            else
            {
                writer.WriteStringValue(ToolFailure.Words + value);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteFailed(Utf8JsonWriter writer, JsonArray parts)
    {
        writer.WriteStartArray();
        writer.WriteStartObject();
        writer.WriteString("type"u8, "text"u8);
        writer.WriteString("text"u8, ToolFailure.Words);
        writer.WriteEndObject();
        foreach (var part in parts)
        {
            JsonBytes.Write(writer, part);
        }

        writer.WriteEndArray();
    }

    private static void WriteAssistant(Utf8JsonWriter writer, JsonObject message, EarlierReasoning reasoning)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in message)
        {
            if (name is "reasoning_content" && reasoning == EarlierReasoning.AsReasoning && message["reasoning"] is null)
            {
                writer.WritePropertyName("reasoning");
                JsonBytes.Write(writer, value);
            }
            else if (reasoning == EarlierReasoning.LeaveOut && name is "tool_calls" && value is JsonArray calls)
            {
                writer.WritePropertyName(name);
                WriteToolCalls(writer, calls);
            }
            else if (name is not "reasoning_content" && !(reasoning == EarlierReasoning.LeaveOut && name is "reasoning" or "reasoning_details"))
            {
                writer.WritePropertyName(name);
                JsonBytes.Write(writer, value);
            }
        }

        writer.WriteEndObject();
    }

    // extra_content has Gemini's thought signature
    private static void WriteToolCalls(Utf8JsonWriter writer, JsonArray calls)
    {
        writer.WriteStartArray();
        foreach (var call in calls)
        {
            if (call is not JsonObject fields || !fields.ContainsKey("extra_content"))
            {
                JsonBytes.Write(writer, call);
                continue;
            }

            writer.WriteStartObject();
            foreach (var (name, value) in fields.Where(field => field.Key is not "extra_content"))
            {
                writer.WritePropertyName(name);
                JsonBytes.Write(writer, value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
