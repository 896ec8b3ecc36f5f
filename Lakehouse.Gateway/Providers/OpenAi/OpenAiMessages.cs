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

/// <summary>Messages, with the reasoning as the server takes it.</summary>
internal static class OpenAiMessages
{
    public static void Write(Utf8JsonWriter writer, JsonArray messages, EarlierReasoning reasoning)
    {
        writer.WriteStartArray();
        foreach (var message in messages)
        {
            if (message is JsonObject fields && IsAssistant(fields))
            {
                WriteAssistant(writer, fields, reasoning);
            }
            else
            {
                JsonBytes.Write(writer, message);
            }
        }

        writer.WriteEndArray();
    }

    private static bool IsAssistant(JsonObject message) => message["role"] is JsonValue role && role.TryGetValue(out string? name) && name is "assistant";

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
