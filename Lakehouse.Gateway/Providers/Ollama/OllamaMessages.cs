using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Ollama;

/// <summary>Messages: text parts are joined, images become base64, tool calls carry objects, tool results name their tool.</summary>
internal static class OllamaMessages
{
    // reasoning_details and annotations describe other vendors' earlier replies, whose text is in the message too
    private static readonly string[] Mapped = ["role", "content", "name", "refusal", "reasoning_content", "reasoning", "reasoning_details", "annotations", "tool_calls", "tool_call_id", "audio", "function_call", ToolFailure.Field];
    private static readonly string[] Inexpressible = ["name", "audio", "function_call", ToolFailure.Field];

    public static JsonArray Build(JsonArray messages)
    {
        var toolNames = new Dictionary<string, string>(StringComparer.Ordinal);
        var mapped = new JsonArray();
        for (var index = 0; index < messages.Count; index++)
        {
            mapped.Add((JsonNode)Message(messages[index]!.AsObject(), $"messages[{index}]", toolNames));
        }

        return mapped;
    }

    private static JsonObject Message(JsonObject message, string at, Dictionary<string, string> toolNames)
    {
        var role = message["role"]!.ToString();
        CheckExpressible(message, role, at);
        var (text, images) = Content(message["content"], $"{at}.content");
        var mapped = new JsonObject { ["role"] = role == "developer" ? "system" : role, ["content"] = text.Length > 0 ? text : message["refusal"]?.ToString() ?? "" };
        foreach (var (name, value) in message.Where(field => !Mapped.Contains(field.Key)))
        {
            mapped[name] = value?.DeepClone();
        }

        if (images.Count > 0)
        {
            mapped["images"] = images;
        }

        if ((message["reasoning_content"] ?? message["reasoning"]) is JsonValue reasoning)
        {
            mapped["thinking"] = reasoning.DeepClone();
        }

        if (message["tool_calls"] is JsonArray calls)
        {
            mapped["tool_calls"] = ToolCalls(calls, $"{at}.tool_calls", toolNames);
        }

        if (role == "tool")
        {
            mapped["content"] = ToolFailure.Is(message, at) ? ToolFailure.Words + text : text;
            var id = message["tool_call_id"]?.ToString() ?? throw ApiError.BadInput($"{at}.tool_call_id", $"{at}.tool_call_id is missing; a tool's result names the call that it answers.");
            mapped["tool_call_id"] = id;
            mapped["tool_name"] = toolNames.GetValueOrDefault(id) ?? message["name"]?.ToString()
                ?? throw ApiError.BadInput($"{at}.tool_call_id", $"{at}.tool_call_id is '{id}'; accepted is the id of a tool call in an earlier assistant message.");
        }

        return mapped;
    }

    private static void CheckExpressible(JsonObject message, string role, string at)
    {
        foreach (var field in Inexpressible.Where(field => message[field] is not null && !(field is "name" or ToolFailure.Field && role is "tool")))
        {
            throw ApiError.BadInput($"{at}.{field}", $"{at}.{field} is set, which Ollama cannot express; leave it out or choose another provider.");
        }
    }

    private static (string Text, JsonArray Images) Content(JsonNode? content, string at)
    {
        if (content is not JsonArray parts)
        {
            return (content?.ToString() ?? "", []);
        }

        var (text, images) = (new StringBuilder(), new JsonArray());
        for (var index = 0; index < parts.Count; index++)
        {
            RefuseBeside(parts[index] as JsonObject, $"{at}[{index}]");
            switch (parts[index]?["type"]?.ToString())
            {
                case "text":
                    text.Append(parts[index]!["text"]?.ToString());
                    break;
                case "image_url":
                    images.Add((JsonNode?)Base64(parts[index]!["image_url"], $"{at}[{index}].image_url"));
                    break;
                case var other:
                    throw ApiError.BadInput($"{at}[{index}].type", $"{at}[{index}].type is '{other}'; Ollama accepts text and image_url.");
            }
        }

        return (text.ToString(), images);
    }

    // a mark for a cache changes nothing in the answer, and Ollama keeps its own
    private static void RefuseBeside(JsonObject? part, string at)
    {
        var type = part?["type"]?.ToString();
        foreach (var (name, value) in part ?? [])
        {
            if (type is "text" or "image_url" && name != "type" && name != type && name != "cache_control" && value is not (null or JsonArray { Count: 0 } or JsonObject { Count: 0 }))
            {
                throw ApiError.BadInput($"{at}.{name}", $"{at}.{name} is set, which Ollama cannot express; leave it out or choose another provider.");
            }
        }
    }

    private static string Base64(JsonNode? image, string at)
    {
        const string marker = ";base64,";
        if ((image as JsonObject)?["detail"]?.ToString() is not (null or "auto") and var detail)
        {
            throw ApiError.BadInput($"{at}.detail", $"{at}.detail is '{detail}'; Ollama accepts auto.");
        }

        var url = (image is JsonObject ? image["url"] : image)?.ToString() ?? "";
        var start = url.IndexOf(marker, StringComparison.Ordinal);
        return url.StartsWith("data:image/", StringComparison.Ordinal) && start > 0
            ? url[(start + marker.Length)..]
            : throw ApiError.BadInput($"{at}.url", $"{at}.url is '{(url.Length > 40 ? url[..40] + "…" : url)}'; Ollama accepts images as data:image/…;base64,… only.");
    }

    private static JsonArray ToolCalls(JsonArray calls, string at, Dictionary<string, string> toolNames)
    {
        var mapped = new JsonArray();
        for (var index = 0; index < calls.Count; index++)
        {
            var call = calls[index] as JsonObject;
            var function = call?["function"] as JsonObject;
            var name = function?["name"]?.ToString() ?? throw ApiError.BadInput($"{at}[{index}].function.name", $"{at}[{index}].function.name is missing.");
            var sent = new JsonObject();
            if (call!["id"]?.ToString() is { } id)
            {
                toolNames[id] = name;
                sent["id"] = id;
            }

            sent["function"] = new JsonObject { ["index"] = index, ["name"] = name, ["arguments"] = Arguments(function!["arguments"], $"{at}[{index}].function.arguments") };
            mapped.Add((JsonNode)sent);
        }

        return mapped;
    }

    // OpenAI carries arguments as JSON in a string, Ollama as an object
    private static JsonObject Arguments(JsonNode? arguments, string at)
    {
        try
        {
            var text = arguments?.ToString();
            return string.IsNullOrWhiteSpace(text) ? [] : JsonNode.Parse(text)!.AsObject();
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw ApiError.BadInput(at, $"{at} is not a JSON object in a string.");
        }
    }
}
