using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>
/// Thinking blocks as OpenRouter's <c>reasoning_details</c> and back. Claude wants them back unchanged; text without its
/// signature, or with another vendor's, it would refuse, so that those stay behind.
/// </summary>
internal static class ClaudeReasoning
{
    /// <summary>Whose signatures these are. Details without a format were written by callers.</summary>
    public const string Format = "anthropic-claude-v1";

    public static JsonObject Text(string? text, string? signature, int index)
    {
        var detail = new JsonObject { ["type"] = "reasoning.text" };
        if (text is not null)
        {
            detail["text"] = text;
        }

        if (signature is not null)
        {
            detail["signature"] = signature;
        }

        detail["format"] = Format;
        detail["index"] = index;
        return detail;
    }

    public static JsonObject Encrypted(string? data, int index) =>
        new() { ["type"] = "reasoning.encrypted", ["data"] = data, ["format"] = Format, ["index"] = index };

    public static void AddTo(JsonArray blocks, JsonArray? details)
    {
        // callers of streams often send the pieces back as they came
        foreach (var detail in ReasoningPieces.Whole(details).Where(detail => detail.Text("format") is null or Format))
        {
            if (detail.Text("type") == "reasoning.text" && detail.Text("signature") is { Length: > 0 } signature)
            {
                blocks.Add((JsonNode)new JsonObject { ["type"] = "thinking", ["thinking"] = detail.Text("text") ?? "", ["signature"] = signature });
            }
            else if (detail.Text("type") == "reasoning.encrypted" && detail.Text("data") is { } data)
            {
                blocks.Add((JsonNode)new JsonObject { ["type"] = "redacted_thinking", ["data"] = data });
            }
        }
    }
}
