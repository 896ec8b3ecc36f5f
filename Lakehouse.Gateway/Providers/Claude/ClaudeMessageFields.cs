using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>The fields of a message: what is neither mapped nor left out is refused by its name.</summary>
internal static class ClaudeMessageFields
{
    private static readonly string[] OfAll = ["role", "content"];

    /// <summary>Mapped, and what describes a reply that the message says otherwise too: reasoning in plain text (Claude takes only
    /// its own, signed), and another vendor's marks of where in the text a source stands.</summary>
    private static readonly string[] OfAssistants =
        ["refusal", "tool_calls", "reasoning_details", ClaudeMessages.Blocks, "reasoning_content", "reasoning", "annotations"];

    public static void Refuse(JsonObject message, string at)
    {
        var role = message.Text("role");
        if (role == "tool")
        {
            // all but the tool's name stands in its result
            return;
        }

        foreach (var (name, value) in message)
        {
            if (OfAll.Contains(name) || (role == "assistant" && OfAssistants.Contains(name)) || value is null or JsonObject { Count: 0 } or JsonArray { Count: 0 })
            {
                continue;
            }

            throw ApiError.BadInput($"{at}.{name}", name == "name"
                ? $"{at}.name is {value.ToJsonString()}, which Claude cannot express; say in the text who speaks."
                : $"{at}.{name} is set, which Claude cannot express; leave it out or choose another provider.");
        }
    }
}
