using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>Results of tools. OpenAI names the call that they answer, Gemini the function too. Source: https://ai.google.dev/api/caching#FunctionResponse.</summary>
internal sealed class GeminiToolResults
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    public void Called(string id, string name) => _names[id] = name;

    public JsonObject Part(JsonObject message, string at, GeminiParts parts)
    {
        var id = message.Text("tool_call_id") ?? throw ApiError.BadInput($"{at}.tool_call_id", $"{at}.tool_call_id is missing; a tool's result names the call that it answers.");
        var name = _names.GetValueOrDefault(id) ?? throw ApiError.BadInput($"{at}.tool_call_id", $"{at}.tool_call_id is '{id}'; accepted is the id of a tool call in an earlier assistant message.");
        var content = parts.Read(message["content"], $"{at}.content");
        var response = new JsonObject { ["id"] = id, ["name"] = name, ["response"] = Response(string.Concat(content.Select(part => part.Text("text")))) };
        var media = content.Where(part => part["text"] is null).ToArray();
        if (media.Length > 0)
        {
            response["parts"] = new JsonArray([.. media]);
        }

        return new() { ["functionResponse"] = response };
    }

    private static JsonObject Response(string text)
    {
        try
        {
            if (text.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal) && JsonNode.Parse(text) is JsonObject found)
            {
                return found;
            }
        }
        catch (JsonException)
        {
            // a text that only looks like JSON
        }

        return new() { ["result"] = text };
    }
}
