using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Claude;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>
/// Where the content of a reply goes that was written for OpenAI's clients: what Anthropic's shape has blocks for becomes blocks, and the rest
/// (images, sound, annotations, a call of the old kind, parts of other types) stands as it is in the message's <c>extra_content</c>,
/// which a caller may send back with the turn.
/// </summary>
internal static class AnthropicRest
{
    private static readonly string[] Said = ["role", "content", "refusal", "reasoning_content", "reasoning_details", "tool_calls", ClaudeMessages.Blocks];

    // usage and stop_reason have them
    private static readonly string[] SaidElsewhere = ["service_tier", "server_tool_use", "cache_creation", "inference_geo", "native_finish_reason", "stop_sequence", "stop_details", "container"];

    /// <summary>Texts and thoughts of the content, in their order, and the refusal.</summary>
    public static IEnumerable<JsonObject> Blocks(JsonObject message)
    {
        foreach (var part in message["content"] as JsonArray ?? [])
        {
            if (Block(part as JsonObject) is { } block)
            {
                yield return block;
            }
        }

        foreach (var text in new[] { message.Text("content"), message.Text("refusal") }.Where(text => !string.IsNullOrEmpty(text)))
        {
            yield return Text(text!);
        }
    }

    /// <summary>What of it goes back into the message of a turn that the caller sends back.</summary>
    public static JsonObject Returned(JsonNode? extra, string at) => extra is null ? [] : AnthropicFault.Object(extra, at).Without("role", "content", "google");

    /// <summary>The rest of a message, or of a delta.</summary>
    public static JsonObject Of(JsonObject message)
    {
        var rest = new JsonObject();
        foreach (var (name, value) in message)
        {
            if (!Said.Contains(name) && value is not (null or JsonArray { Count: 0 }))
            {
                rest[name] = value.DeepClone();
            }
        }

        if (message["content"] is JsonArray parts && parts.Where(part => Block(part as JsonObject) is null).ToList() is { Count: > 0 } others)
        {
            rest["content"] = new JsonArray([.. others.Select(part => part?.DeepClone())]);
        }

        return rest;
    }

    /// <summary>Fields beyond Anthropic's: the rest of the message, and what the vendor said of the whole reply.</summary>
    /// <param name="message">Whose own fields no vendor's may replace.</param>
    public static JsonObject Fields(JsonObject rest, JsonObject? extra, JsonObject message)
    {
        var fields = new JsonObject();
        foreach (var (name, value) in extra ?? [])
        {
            if (!SaidElsewhere.Contains(name) && message[name] is null)
            {
                fields[name] = value?.DeepClone();
            }
        }

        if (rest.Count > 0)
        {
            fields[AnthropicMessage.Foreign] = (fields[AnthropicMessage.Foreign] as JsonObject ?? []).DeepClone().AsObject().With(rest);
        }

        return fields;
    }

    // Mistral's models put their thoughts among the parts, in parts of their own
    private static JsonObject? Block(JsonObject? part) => part.Text("type") switch
    {
        "text" when part.Text("text") is { Length: > 0 } text => Text(text).With(part!.Without("type", "text")),
        "refusal" when part.Text("refusal") is { Length: > 0 } refusal => Text(refusal),
        "thinking" when part!["thinking"] is JsonArray thoughts && thoughts.All(thought => thought.Text("type") == "text") =>
            AnthropicMessage.Thinking(string.Concat(thoughts.Select(thought => thought.Text("text"))), ""),
        _ => null,
    };

    private static JsonObject Text(string text) => new() { ["type"] = "text", ["text"] = text, ["citations"] = null };
}
