using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>Tools and the choice among them.</summary>
internal static class ClaudeTools
{
    // OpenAI's kinds that are no function; every other kind is one of Claude's own tools, such as web_search_20260318
    private static readonly string[] Foreign = ["custom", "mcp", "web_search", "web_search_preview", "file_search", "code_interpreter", "image_generation"];

    public static void Add(JsonObject source, JsonObject body)
    {
        if (source["tools"] is JsonArray { Count: > 0 } tools)
        {
            var mapped = new JsonArray();
            for (var index = 0; index < tools.Count; index++)
            {
                mapped.Add((JsonNode)Tool(tools[index], $"tools[{index}]"));
            }

            body["tools"] = mapped;
        }

        if (Choice(source, body["tools"] is not null) is { } choice)
        {
            body["tool_choice"] = choice;
        }
    }

    private static JsonObject Tool(JsonNode? tool, string at)
    {
        var type = tool.Text("type");
        if (tool is not JsonObject given || type is null || Foreign.Contains(type))
        {
            throw ApiError.BadInput($"{at}.type", $"{at}.type is '{type}'; Claude accepts function, and its own tools by their dated names.");
        }

        if (type != "function")
        {
            return given.DeepClone().AsObject();
        }

        var function = given["function"] as JsonObject;
        var mapped = new JsonObject
        {
            ["name"] = function.Text("name") ?? throw ApiError.BadInput($"{at}.function.name", $"{at}.function.name is missing; accepted is the tool's name."),
        };
        if (function!["description"] is { } description)
        {
            mapped["description"] = description.DeepClone();
        }

        mapped["input_schema"] = Schema(function["parameters"], $"{at}.function.parameters");
        if (function["strict"] is { } strict)
        {
            mapped["strict"] = strict.DeepClone();
        }

        return mapped.With(given.Without("type", "function"));
    }

    private static JsonObject Schema(JsonNode? parameters, string at)
    {
        var schema = parameters switch
        {
            null => [],
            JsonObject given => given.DeepClone().AsObject(),
            _ => throw ApiError.BadInput(at, $"{at} is {parameters.ToJsonString()}; accepted is a JSON schema."),
        };
        schema.TryAdd("type", "object");
        return schema;
    }

    private static JsonObject? Choice(JsonObject source, bool hasTools)
    {
        var one = source["parallel_tool_calls"]?.GetValueKind() == JsonValueKind.False;
        JsonObject? choice = source["tool_choice"] switch
        {
            null => one ? new() { ["type"] = "auto" } : null,
            JsonValue value when value.ToString() is "auto" or "none" => new() { ["type"] = value.ToString() },
            JsonValue value when value.ToString() is "required" => new() { ["type"] = "any" },
            JsonObject named when named.Text("type") == "function" && named["function"].Text("name") is { } name => new() { ["type"] = "tool", ["name"] = name },
            var other => throw ApiError.BadInput("tool_choice", $"tool_choice is {other.ToJsonString()}; Claude accepts \"auto\", \"none\", \"required\" and a named function."),
        };
        if (choice.Text("type") is "auto" or "none" && !hasTools)
        {
            // there is nothing to choose from, and Claude refuses a choice without tools
            return null;
        }

        if (one && choice.Text("type") is not "none")
        {
            choice!["disable_parallel_tool_use"] = true;
        }

        return choice;
    }
}
