using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>
/// Messages as turns: system messages become the system prompt, the results of parallel tool calls one user turn, and
/// neighbours of one role are one turn.
/// </summary>
internal static class ClaudeMessages
{
    /// <summary>Field of an assistant message that holds Claude's blocks as they are, where the message cannot say them all:
    /// server tools and their results, citations, thinking between tool calls.</summary>
    public const string Blocks = "anthropic_content";

    public static (JsonArray System, JsonArray Turns) Build(JsonArray messages)
    {
        var (system, turns) = (new JsonArray(), new JsonArray());
        for (var index = 0; index < messages.Count; index++)
        {
            var (message, at) = (messages[index]!.AsObject(), $"messages[{index}]");
            ClaudeMessageFields.Refuse(message, at);
            switch (message.Text("role"))
            {
                case "system" or "developer":
                    ClaudeParts.AddTo(system, message["content"], $"{at}.content");
                    break;
                case "assistant":
                    AddAssistant(turns, message, at);
                    break;
                case "tool":
                    Turn(turns, "user").Add((JsonNode)ToolResult(message, at));
                    break;
                default:
                    ClaudeParts.AddTo(Turn(turns, "user"), message["content"], $"{at}.content");
                    break;
            }
        }

        return turns.Count > 0 ? (system, turns) : throw ApiError.BadInput("messages", "messages has system messages only; Claude accepts a list with at least one user message.");
    }

    private static JsonArray Turn(JsonArray turns, string role)
    {
        if (turns.Count == 0 || turns[^1].Text("role") != role)
        {
            turns.Add((JsonNode)new JsonObject { ["role"] = role, ["content"] = new JsonArray() });
        }

        return turns[^1]!["content"]!.AsArray();
    }

    // Claude refuses a turn without a block, and one in which nothing was said tells it nothing
    private static void AddAssistant(JsonArray turns, JsonObject message, string at)
    {
        if (Said(message, at) is { Count: > 0 } blocks)
        {
            var turn = Turn(turns, "assistant");
            foreach (var block in blocks)
            {
                turn.Add(block?.DeepClone());
            }
        }
    }

    private static JsonArray Said(JsonObject message, string at)
    {
        if (message[Blocks] is JsonArray native)
        {
            return native;
        }

        var blocks = new JsonArray();

        ClaudeReasoning.AddTo(blocks, message["reasoning_details"] as JsonArray);
        ClaudeParts.AddTo(blocks, message["content"], $"{at}.content");
        ClaudeParts.AddTo(blocks, message["refusal"], $"{at}.refusal");
        var calls = message["tool_calls"] as JsonArray ?? [];
        for (var index = 0; index < calls.Count; index++)
        {
            blocks.Add((JsonNode)ToolUse(calls[index], $"{at}.tool_calls[{index}]"));
        }

        return blocks;
    }

    private static JsonObject ToolUse(JsonNode? call, string at)
    {
        var function = (call as JsonObject)?["function"] as JsonObject;
        var block = new JsonObject
        {
            ["type"] = "tool_use",
            ["id"] = call.Text("id") ?? throw ApiError.BadInput($"{at}.id", $"{at}.id is missing; accepted is the id that its result names."),
            ["name"] = function.Text("name") ?? throw ApiError.BadInput($"{at}.function.name", $"{at}.function.name is missing; accepted is the tool's name."),
            ["input"] = Arguments(function!["arguments"], $"{at}.function.arguments"),
        };
        // index is a stream's, extra_content another vendor's
        return block.With(call!.AsObject().Without("id", "type", "function", "index", "extra_content"));
    }

    // OpenAI carries arguments as JSON in a string, Claude as an object
    private static JsonObject Arguments(JsonNode? arguments, string at)
    {
        try
        {
            var text = arguments?.ToString();
            return string.IsNullOrWhiteSpace(text) ? [] : JsonNode.Parse(text)?.AsObject() ?? [];
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw ApiError.BadInput(at, $"{at} is not a JSON object in a string.");
        }
    }

    private static JsonObject ToolResult(JsonObject message, string at)
    {
        var block = new JsonObject
        {
            ["type"] = "tool_result",
            ["tool_use_id"] = message.Text("tool_call_id") ?? throw ApiError.BadInput($"{at}.tool_call_id", $"{at}.tool_call_id is missing; a tool's result names the call that it answers."),
        };
        if (message["content"] is JsonArray parts)
        {
            var content = new JsonArray();
            ClaudeParts.AddTo(content, parts, $"{at}.content");
            block["content"] = content;
        }
        else if (message["content"]?.ToString() is { Length: > 0 } text)
        {
            block["content"] = text;
        }

        // is_error and cache_control; the tool's name is known by the call
        return block.With(message.Without("role", "tool_call_id", "content", "name"));
    }
}
