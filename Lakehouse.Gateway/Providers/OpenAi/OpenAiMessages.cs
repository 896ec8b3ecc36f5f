using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Claude;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>What becomes of <c>reasoning_content</c> and its kin in assistant messages that the caller sends back.</summary>
internal enum EarlierReasoning
{
    Keep,

    /// <summary>The server has no such field and refuses it, as it does every other field that it does not know. The reasoning was
    /// another vendor's, and only that one can use it.</summary>
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
            if (messages[index] is JsonObject message && (reasoning != EarlierReasoning.Keep || message.ContainsKey(ToolFailure.Field)))
            {
                var isResult = message.ContainsKey(ToolFailure.Field) && Is(message, "tool");
                Write(writer, message, reasoning, isResult, isResult && ToolFailure.Is(message, $"messages[{index}]"));
            }
            else
            {
                JsonBytes.Write(writer, messages[index]);
            }
        }

        writer.WriteEndArray();
    }

    private static bool Is(JsonObject message, string role) => message["role"] is JsonValue said && said.TryGetValue(out string? name) && name == role;

    /// <param name="isResult">It says whether a tool failed.</param>
    private static void Write(Utf8JsonWriter writer, JsonObject message, EarlierReasoning reasoning, bool isResult, bool failed)
    {
        var isAssistant = Is(message, "assistant");
        writer.WriteStartObject();
        foreach (var (name, value) in message)
        {
            if ((isAssistant ? NameOfAssistants(message, name, reasoning) : name) is not { } sent || (isResult && name is ToolFailure.Field)
                || (reasoning == EarlierReasoning.LeaveOut && OpenAiForeign.Is(name)))
            {
                continue;
            }

            writer.WritePropertyName(sent);
            if (name is "content" && failed)
            {
                WriteFailed(writer, value, reasoning);
            }
            else
            {
                WriteValue(writer, value, reasoning);
            }
        }

        writer.WriteEndObject();
    }

    /// <returns>Null = the field is left out. Of Claude's blocks the text is in the message too.</returns>
    private static string? NameOfAssistants(JsonObject message, string name, EarlierReasoning reasoning) => (reasoning, name) switch
    {
        (EarlierReasoning.LeaveOut, "reasoning_content" or "reasoning" or "reasoning_details" or ClaudeMessages.Blocks) => null,
        (EarlierReasoning.AsReasoning, "reasoning_content") => message["reasoning"] is null ? "reasoning" : null,
        _ => name,
    };

    private static void WriteValue(Utf8JsonWriter writer, JsonNode? value, EarlierReasoning reasoning)
    {
        if (value is JsonArray items && reasoning == EarlierReasoning.LeaveOut)
        {
            OpenAiForeign.WriteWithout(writer, items);
        }
        else
        {
            JsonBytes.Write(writer, value);
        }
    }

    private static void WriteFailed(Utf8JsonWriter writer, JsonNode? content, EarlierReasoning reasoning)
    {
        if (content is JsonArray parts)
        {
            var said = parts.DeepClone().AsArray();
            said.Insert(0, new JsonObject { ["type"] = "text", ["text"] = ToolFailure.Words });
            WriteValue(writer, said, reasoning);
        }
        else
        {
            writer.WriteStringValue(ToolFailure.Words + content);
        }
    }
}
