using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>Results of tools. OpenAI names the call that they answer, Gemini the function too. Source: https://ai.google.dev/api/caching#FunctionResponse.</summary>
internal sealed class GeminiToolResults(string model)
{
    private readonly Dictionary<string, (string Name, int Order)> _calls = new(StringComparer.Ordinal);
    private readonly List<int> _orders = [];

    public void Called(string id, string name) => _calls[id] = (name, _calls.Count);

    /// <summary>Adds a result to its turn in the order of the calls: without ids, only that says which of two calls of one function it answers.</summary>
    public void Add(JsonArray turn, JsonObject message, string at, GeminiParts parts)
    {
        var (part, order) = Part(message, at, parts);
        if (turn.Count == 0)
        {
            _orders.Clear();
        }

        var place = _orders.FindIndex(other => other > order) is var later and >= 0 ? later : _orders.Count;
        _orders.Insert(place, order);
        turn.Insert(place, part);
    }

    private (JsonObject Part, int Order) Part(JsonObject message, string at, GeminiParts parts)
    {
        var id = message.Text("tool_call_id") ?? throw ApiError.BadInput($"{at}.tool_call_id", $"{at}.tool_call_id is missing; a tool's result names the call that it answers.");
        var (name, order) = _calls.TryGetValue(id, out var call) ? call : throw ApiError.BadInput($"{at}.tool_call_id", $"{at}.tool_call_id is '{id}'; accepted is the id of a tool call in an earlier assistant message.");
        var content = parts.Read(message["content"], $"{at}.content");
        var response = new JsonObject { ["name"] = name, ["response"] = Response(string.Concat(content.Select(part => part.Text("text"))), ToolFailure.Is(message, at)) };
        if (GeminiModels.MarksCalls(model))
        {
            response["id"] = id;
        }

        var media = content.Where(part => part["text"] is null).ToArray();
        if (media.Length > 0)
        {
            response["parts"] = new JsonArray([.. media]);
        }

        return (new() { ["functionResponse"] = response }, order);
    }

    // a failure is told below "error", as Google documents it
    private static JsonObject Response(string text, bool isError)
    {
        var said = Object(text);
        if (isError)
        {
            return said?.ContainsKey("error") == true ? said : new() { ["error"] = said ?? (JsonNode)text };
        }

        return said ?? new() { ["result"] = text };
    }

    private static JsonObject? Object(string text)
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

        return null;
    }
}
