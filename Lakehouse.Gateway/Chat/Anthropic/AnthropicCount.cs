using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Claude;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>The answer of <c>POST /v1/messages/count_tokens</c>: an estimate, because the tokenizers are the vendors'.
/// Source: https://platform.claude.com/docs/en/api/messages-count-tokens.</summary>
internal static class AnthropicCount
{
    /// <summary>Tokens of an image at the size to which Claude scales it.</summary>
    private const long PerImage = 1568;

    /// <param name="body">In OpenAI's shape, as <see cref="AnthropicRequest.Body"/>.</param>
    public static JsonObject Of(JsonObject body)
    {
        var (characters, images) = (Length(body["tools"]) + Length(body["response_format"]), 0L);
        foreach (var message in body["messages"]!.AsArray().OfType<JsonObject>())
        {
            characters += Length(message["tool_calls"]);
            if (message["content"] is not JsonArray parts)
            {
                characters += message.Text("content")?.Length ?? 0;
                continue;
            }

            images += parts.Count(part => part.Text("type") == "image_url");
            characters += parts.Where(part => part.Text("type") != "image_url").Sum(part => part.Text("text")?.Length ?? Length(part));
        }

        return new() { ["input_tokens"] = TokenEstimate.Guess(characters) + (images * PerImage) };
    }

    private static long Length(JsonNode? node) => node?.ToJsonString().Length ?? 0;
}
