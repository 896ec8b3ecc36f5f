using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>Claude's blocks as an assistant message.</summary>
internal static class ClaudeContent
{
    public static JsonObject ToMessage(JsonArray content)
    {
        var (text, thinking, details, calls) = (new StringBuilder(), new StringBuilder(), new JsonArray(), new JsonArray());
        foreach (var block in content)
        {
            switch (block.Text("type"))
            {
                case "text":
                    text.Append(block.Text("text"));
                    break;
                case "thinking":
                    thinking.Append(block.Text("thinking"));
                    details.Add((JsonNode)ClaudeReasoning.Text(block.Text("thinking") ?? "", block.Text("signature"), details.Count));
                    break;
                case "redacted_thinking":
                    details.Add((JsonNode)ClaudeReasoning.Encrypted(block.Text("data"), details.Count));
                    break;
                case "tool_use":
                    calls.Add((JsonNode)ToolCall(block!.AsObject(), (block["input"] ?? new JsonObject()).ToJsonString(LakehouseJson.Options)));
                    break;
                case null:
                    throw new ProviderException(ProviderFailure.Protocol, "Claude's reply has a block without a type.");
            }
        }

        var message = new JsonObject { ["role"] = "assistant", ["content"] = text.Length > 0 || calls.Count == 0 ? text.ToString() : null };
        if (thinking.Length > 0)
        {
            message["reasoning_content"] = thinking.ToString();
        }

        if (details.Count > 0)
        {
            message["reasoning_details"] = details;
        }

        if (calls.Count > 0)
        {
            message["tool_calls"] = calls;
        }

        if (!IsSayable(content))
        {
            message[ClaudeMessages.Blocks] = content.DeepClone();
        }

        return message;
    }

    public static JsonObject ToolCall(JsonObject block, string arguments) => new()
    {
        ["id"] = block.Text("id") ?? throw new ProviderException(ProviderFailure.Protocol, "Claude called a tool without an id."),
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = block.Text("name") ?? throw new ProviderException(ProviderFailure.Protocol, "Claude called a tool without naming it."),
            ["arguments"] = arguments,
        },
    };

    /// <summary>Whether a message says all of it: thinking, then text, then tool calls, and nothing on them that it has no word for.</summary>
    public static bool IsSayable(JsonArray content)
    {
        var reached = 0;
        foreach (var block in content)
        {
            var place = block.Text("type") switch
            {
                "thinking" or "redacted_thinking" => 1,
                "text" when block!["citations"] is null or JsonArray { Count: 0 } => 2,
                "tool_use" when block.Text("toolset_name") is null && block!["caller"].Text("type") is null or "direct" => 3,
                _ => 0,
            };
            if (place < reached || place == 0)
            {
                return false;
            }

            reached = place;
        }

        return true;
    }
}
