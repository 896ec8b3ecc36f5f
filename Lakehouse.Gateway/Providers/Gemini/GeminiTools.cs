using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>Tools and the choice among them. Source: https://ai.google.dev/api/caching#FunctionDeclaration and #FunctionCallingConfig.</summary>
internal static class GeminiTools
{
    /// <returns>Nulls where the request has no tools.</returns>
    public static (JsonArray? Tools, JsonObject? Config) Build(JsonObject source)
    {
        var (choice, tools) = (source["tool_choice"], source["tools"] as JsonArray ?? []);
        if (tools.Count == 0)
        {
            return choice is null || choice.ToString() is "none" or "auto"
                ? (null, null)
                : throw ApiError.BadInput("tool_choice", $"tool_choice is {choice.Short()} without tools; accepted then are \"none\" and \"auto\".");
        }

        if (source["parallel_tool_calls"] is JsonValue parallel && parallel.GetValueKind() == JsonValueKind.False)
        {
            throw ApiError.BadInput("parallel_tool_calls", "parallel_tool_calls is false, which Gemini cannot express; accepted is true.");
        }

        var declarations = new JsonArray();
        var strict = false;
        for (var index = 0; index < tools.Count; index++)
        {
            declarations.Add((JsonNode)Declaration(tools[index], $"tools[{index}]"));
            strict |= tools[index].Object("function").IsTrue("strict");
        }

        return (new JsonArray(new JsonObject { ["functionDeclarations"] = declarations }), new JsonObject { ["functionCallingConfig"] = Choice(choice, strict) });
    }

    private static JsonObject Declaration(JsonNode? tool, string at)
    {
        if (tool.Text("type") is not "function")
        {
            throw ApiError.BadInput($"{at}.type", $"{at}.type is '{tool.Text("type")}'; accepted for Gemini is function.");
        }

        var function = tool.Object("function");
        GeminiFields.Refuse(tool!.AsObject(), at, "type", "function");
        GeminiFields.Refuse(function ?? [], $"{at}.function", "name", "description", "parameters", "strict");
        var declaration = new JsonObject { ["name"] = function.Text("name") ?? throw ApiError.BadInput($"{at}.function.name", $"{at}.function.name is missing.") };
        if (function.Text("description") is { } description)
        {
            declaration["description"] = description;
        }

        // an empty schema says that there are no parameters, which Gemini has no declaration for
        if (function!["parameters"] is JsonObject { Count: > 0 } parameters)
        {
            declaration["parametersJsonSchema"] = parameters.DeepClone();
        }

        return declaration;
    }

    private static JsonObject Choice(JsonNode? choice, bool strict) =>
        (choice is JsonObject ? choice.Text("type") : choice?.ToString()) switch
        {
            // VALIDATED is AUTO whose calls are held to their schema
            null or "auto" => Mode(strict ? "VALIDATED" : "AUTO"),
            "none" => Mode("NONE"),
            "required" => Mode("ANY"),
            "function" when choice.Object("function").Text("name") is { } name => Mode("ANY", name),
            "allowed_tools" when Names(choice.Object("allowed_tools")) is { Length: > 0 } names => Mode(choice.Object("allowed_tools").Text("mode") == "required" ? "ANY" : "VALIDATED", names),
            _ => throw ApiError.BadInput("tool_choice", $"tool_choice is {choice.Short()}; accepted are \"none\", \"auto\", \"required\", a function's name, allowed_tools."),
        };

    private static string[] Names(JsonObject? allowed) => [.. allowed.Objects("tools").Select(tool => tool.Object("function").Text("name")).OfType<string>()];

    private static JsonObject Mode(string mode, params string[] names)
    {
        var config = new JsonObject { ["mode"] = mode };
        if (names.Length > 0)
        {
            config["allowedFunctionNames"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]);
        }

        return config;
    }
}
