using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>An earlier answer of the model, as <see cref="GeminiAnswer"/> gave it to the caller, back as Gemini's parts: thoughts, text, images, calls.</summary>
internal static class GeminiAssistant
{
    /// <param name="results">Learns which call has which name.</param>
    public static List<JsonObject> Parts(JsonObject message, string at, string model, GeminiParts parts, GeminiToolResults results)
    {
        var mapped = new List<JsonObject>();
        if (Thought(message) is { } thought)
        {
            mapped.Add(thought);
        }

        if (message["content"] is JsonArray || message.Text("content") is { Length: > 0 })
        {
            mapped.AddRange(parts.Read(message["content"], $"{at}.content"));
        }

        if (message.Text("refusal") is { Length: > 0 } refusal)
        {
            mapped.Add(new() { ["text"] = refusal });
        }

        Sign(mapped, GeminiSignatures.OfText(message));
        foreach (var image in message.Objects("images"))
        {
            mapped.Add(GeminiSignatures.Signed(GeminiMedia.Url(image["image_url"], $"{at}.images"), GeminiSignatures.Of(image)));
        }

        if (message["tool_calls"] is JsonArray calls)
        {
            mapped.AddRange(Calls(calls, $"{at}.tool_calls", model, results));
        }

        // a turn has to have a part
        return mapped.Count > 0 ? mapped : [new() { ["text"] = "" }];
    }

    private static JsonObject? Thought(JsonObject message)
    {
        var details = GeminiSignatures.Thoughts(message).ToArray();
        var text = message.Text("reasoning_content") ?? message.Text("reasoning") ?? string.Concat(details.Select(detail => detail.Text("text")));
        var signature = details.Select(detail => detail.Text("signature")).LastOrDefault(found => found is not null);
        return text.Length > 0 || signature is not null ? GeminiSignatures.Signed(new() { ["text"] = text, ["thought"] = true }, signature) : null;
    }

    // each signature has a part of its own; the first belongs to the text, the others came with empty texts
    private static void Sign(List<JsonObject> parts, IEnumerable<string> signatures)
    {
        var text = parts.FindLast(part => part["text"] is not null && part["thought"] is null);
        foreach (var signature in signatures)
        {
            if (text is null)
            {
                parts.Add(text = new() { ["text"] = "" });
            }

            GeminiSignatures.Signed(text, signature);
            text = null;
        }
    }

    private static IEnumerable<JsonObject> Calls(JsonArray calls, string at, string model, GeminiToolResults results)
    {
        for (var index = 0; index < calls.Count; index++)
        {
            var (call, here) = (calls[index] as JsonObject, $"{at}[{index}]");
            var function = call.Object("function");
            var name = function.Text("name") ?? throw ApiError.BadInput($"{here}.function.name", $"{here}.function.name is missing.");
            var mapped = new JsonObject { ["name"] = name, ["args"] = Arguments(function!["arguments"], $"{here}.function.arguments") };
            if (call.Text("id") is { } id)
            {
                results.Called(id, name);
                if (GeminiModels.MarksCalls(model))
                {
                    mapped["id"] = id;
                }
            }

            // only the first of parallel calls is signed
            var signature = GeminiSignatures.Of(call) ?? (index == 0 && GeminiModels.MarksCalls(model) ? GeminiSignatures.Foreign : null);
            yield return GeminiSignatures.Signed(new() { ["functionCall"] = mapped }, signature);
        }
    }

    // OpenAI carries arguments as JSON in a string, Gemini as an object
    private static JsonObject Arguments(JsonNode? arguments, string at)
    {
        try
        {
            var text = arguments?.ToString();
            if (string.IsNullOrWhiteSpace(text))
            {
                return [];
            }

            if (JsonNode.Parse(text) is JsonObject found)
            {
                return found;
            }
        }
        catch (JsonException)
        {
            // said below
        }

        throw ApiError.BadInput(at, $"{at} is {arguments.Short()}; accepted is a JSON object in a string.");
    }
}
