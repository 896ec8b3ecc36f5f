using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>Faults of a request, with Anthropic's paths: <c>messages.0.content.1.text</c>.</summary>
internal static class AnthropicFault
{
    public static ApiError Of(string at, JsonNode? value, string accepted)
    {
        var text = value?.ToJsonString() ?? "missing";
        return ApiError.BadInput(at, $"{at} is {(text.Length > 80 ? text[..80] + "…" : text)}; accepted is {accepted}.");
    }

    public static string Text(JsonObject node, string name, string at) =>
        node[name] is JsonValue value && value.TryGetValue(out string? text) ? text : throw Of($"{at}.{name}", node[name], "a text");

    public static JsonObject Object(JsonNode? node, string at) => node as JsonObject ?? throw Of(at, node, "an object");

    public static JsonArray List(JsonNode? node, string at) => node as JsonArray ?? throw Of(at, node, "a list");
}
