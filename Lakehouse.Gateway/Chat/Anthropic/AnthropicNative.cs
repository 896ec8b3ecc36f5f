using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Claude;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>
/// The caller's body as Claude may see it: without the gateway's own fields, and without what <see cref="AnthropicMessage"/>
/// put into the turns of other vendors, which Claude refuses: thinking that nobody or another vendor signed, their tool calls' signatures, and what no block can say.
/// </summary>
internal static class AnthropicNative
{
    public static JsonObject Clean(JsonObject body, IEnumerable<string> ours)
    {
        // an object is OpenRouter's and none of ours; Claude shall name it
        foreach (var field in ours.Where(field => field != "provider" || body[field] is JsonValue))
        {
            body.Remove(field);
        }

        var messages = body["messages"]!.AsArray();
        for (var index = messages.Count - 1; index >= 0; index--)
        {
            messages[index]!.AsObject().Remove(AnthropicMessage.Foreign);
            if (messages[index]!["content"] is JsonArray blocks && CleanBlocks(blocks).Count == 0)
            {
                messages.RemoveAt(index);
            }
        }

        return body;
    }

    public static JsonArray CleanBlocks(JsonArray blocks)
    {
        for (var index = blocks.Count - 1; index >= 0; index--)
        {
            var block = blocks[index]!.AsObject();
            if (IsForeign(block))
            {
                blocks.RemoveAt(index);
            }
            else
            {
                block.Remove(AnthropicMessage.Foreign);
            }
        }

        return blocks;
    }

    private static bool IsForeign(JsonObject block) => block.Text("type") switch
    {
        "thinking" => block.Text("signature") is null or "" || AnthropicForeign.IsSealed(block.Text("signature")),
        "redacted_thinking" => AnthropicForeign.IsSealed(block.Text("data")),
        _ => false,
    };
}
