using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers.Claude;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>Turns as OpenAI's messages: tool results become messages of their own, thinking the details of reasoning.</summary>
internal static class AnthropicMessages
{
    public static JsonObject? System(JsonNode? system) => system switch
    {
        null => null,
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.ToString().Length > 0 ? new() { ["role"] = "system", ["content"] = text.DeepClone() } : null,
        JsonArray { Count: 0 } => null,
        JsonArray blocks => new() { ["role"] = "system", ["content"] = Texts(blocks, "system") },
        _ => throw AnthropicFault.Of("system", system, "a text or a list of text blocks"),
    };

    public static JsonArray Build(JsonArray messages, string version, NativeOnlyFields only)
    {
        if (messages.Count == 0)
        {
            throw AnthropicFault.Of("messages", messages, "a list of at least one message");
        }

        var mapped = new JsonArray();
        for (var index = 0; index < messages.Count; index++)
        {
            var at = $"messages.{index}";
            var message = AnthropicFault.Object(messages[index], at);
            var blocks = Blocks(message["content"], $"{at}.content");
            var reader = new AnthropicBlocks(version, only);
            switch (message.Text("role"))
            {
                case "user":
                    AddUser(mapped, message["content"]!, blocks, $"{at}.content", reader);
                    break;
                case "assistant":
                    mapped.Add((JsonNode)Assistant(blocks, $"{at}.content", reader).With(AnthropicRest.Returned(message[AnthropicMessage.Foreign], $"{at}.{AnthropicMessage.Foreign}")));
                    break;
                case "system":
                    mapped.Add((JsonNode)new JsonObject { ["role"] = "system", ["content"] = Texts(blocks, $"{at}.content") });
                    break;
                default:
                    throw AnthropicFault.Of($"{at}.role", message["role"], "user or assistant");
            }
        }

        return mapped;
    }

    private static JsonArray Blocks(JsonNode? content, string at) => content switch
    {
        JsonValue text when text.GetValueKind() == JsonValueKind.String => new(new JsonObject { ["type"] = "text", ["text"] = text.DeepClone() }),
        JsonArray { Count: > 0 } blocks => blocks,
        _ => throw AnthropicFault.Of(at, content, "a text or a list of blocks"),
    };

    private static JsonArray Texts(JsonArray blocks, string at)
    {
        var parts = new JsonArray();
        for (var index = 0; index < blocks.Count; index++)
        {
            var block = AnthropicFault.Object(blocks[index], $"{at}.{index}");
            if (block.Text("type") != "text")
            {
                throw AnthropicFault.Of($"{at}.{index}.type", block["type"], "text");
            }

            _ = AnthropicFault.Text(block, "text", $"{at}.{index}");
            parts.Add(block.DeepClone());
        }

        return parts;
    }

    private static void AddUser(JsonArray mapped, JsonNode content, JsonArray blocks, string at, AnthropicBlocks reader)
    {
        var parts = new JsonArray();
        for (var index = 0; index < blocks.Count; index++)
        {
            var block = AnthropicFault.Object(blocks[index], $"{at}.{index}");
            if (block.Text("type") != "tool_result")
            {
                parts.Add((JsonNode)reader.Part(block, $"{at}.{index}", "user"));
                continue;
            }

            if (parts.Count > 0)
            {
                throw ApiError.BadInput($"{at}.{index}", $"{at}.{index} is a tool_result after other blocks; accepted are tool results first.");
            }

            mapped.Add((JsonNode)ToolResult(block, $"{at}.{index}", reader));
        }

        if (parts.Count > 0)
        {
            mapped.Add((JsonNode)new JsonObject { ["role"] = "user", ["content"] = content is JsonArray ? parts : content.DeepClone() });
        }
    }

    private static JsonObject ToolResult(JsonObject block, string at, AnthropicBlocks reader)
    {
        var message = new JsonObject { ["role"] = "tool", ["tool_call_id"] = AnthropicFault.Text(block, "tool_use_id", at) };
        if (block["content"] is JsonArray blocks)
        {
            var parts = new JsonArray();
            for (var index = 0; index < blocks.Count; index++)
            {
                parts.Add((JsonNode)reader.Part(AnthropicFault.Object(blocks[index], $"{at}.content.{index}"), $"{at}.content.{index}", "user"));
            }

            message["content"] = parts;
        }
        else
        {
            message["content"] = block["content"] is null ? "" : AnthropicFault.Text(block, "content", at);
        }

        return message.With(block.Without("type", "tool_use_id", "content"));
    }

    private static JsonObject Assistant(JsonArray blocks, string at, AnthropicBlocks reader)
    {
        var (parts, details, calls) = (new JsonArray(), new JsonArray(), new JsonArray());
        for (var index = 0; index < blocks.Count; index++)
        {
            var (block, here) = (AnthropicFault.Object(blocks[index], $"{at}.{index}"), $"{at}.{index}");
            switch (block.Text("type"))
            {
                case "thinking":
                    var (thought, signature) = (AnthropicFault.Text(block, "thinking", here), block.Text("signature") is { Length: > 0 } signed ? signed : null);
                    details.Add((JsonNode)(AnthropicForeign.Open(signature, thought, $"{here}.signature") ?? ClaudeReasoning.Text(thought, signature, details.Count)));
                    break;
                case "redacted_thinking":
                    var data = AnthropicFault.Text(block, "data", here);
                    details.Add((JsonNode)(AnthropicForeign.Open(data, null, $"{here}.data") ?? ClaudeReasoning.Encrypted(data, details.Count)));
                    break;
                case "tool_use":
                    calls.Add((JsonNode)ToolCall(block, here));
                    break;
                default:
                    parts.Add((JsonNode)reader.Part(block, here, "assistant"));
                    break;
            }
        }

        var message = new JsonObject { ["role"] = "assistant", ["content"] = parts.Count > 0 ? parts : calls.Count > 0 ? null : "" };
        if (details.Count > 0)
        {
            message["reasoning_details"] = details;
            if (string.Concat(details.Select(detail => detail.Text("text") ?? detail.Text("summary"))) is { Length: > 0 } thinking)
            {
                message["reasoning_content"] = thinking;
            }
        }

        if (calls.Count > 0)
        {
            message["tool_calls"] = calls;
        }

        if (!ClaudeContent.IsSayable(blocks))
        {
            message[ClaudeMessages.Blocks] = AnthropicNative.CleanBlocks(blocks.DeepClone().AsArray());
        }

        return message;
    }

    private static JsonObject ToolCall(JsonObject block, string at) => new JsonObject
    {
        ["id"] = AnthropicFault.Text(block, "id", at),
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = AnthropicFault.Text(block, "name", at),
            ["arguments"] = AnthropicFault.Object(block["input"], $"{at}.input").ToJsonString(LakehouseJson.Options),
        },
    }.With(block["caller"].Text("type") == "direct" ? block.Without("type", "id", "name", "input", "caller") : block.Without("type", "id", "name", "input"));
}
