using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Claude;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>Tools and the choice among them, in OpenAI's terms.</summary>
internal static class AnthropicTools
{
    public static void Add(JsonObject body, JsonObject canonical, NativeOnlyFields only)
    {
        if (body["tools"] is { } given)
        {
            var (tools, mapped) = (AnthropicFault.List(given, "tools"), new JsonArray());
            for (var index = 0; index < tools.Count; index++)
            {
                mapped.Add((JsonNode)Tool(AnthropicFault.Object(tools[index], $"tools.{index}"), $"tools.{index}", only));
            }

            canonical["tools"] = mapped;
        }

        if (body["tool_choice"] is { } choice)
        {
            AddChoice(AnthropicFault.Object(choice, "tool_choice"), canonical);
        }
    }

    private static JsonObject Tool(JsonObject tool, string at, NativeOnlyFields only)
    {
        if (tool.Text("type") is { } type and not "custom")
        {
            only.Add($"{at}.type", $"the server tool {type}");
            return tool.DeepClone().AsObject();
        }

        var function = new JsonObject { ["name"] = AnthropicFault.Text(tool, "name", at) };
        if (tool["description"] is not null)
        {
            function["description"] = AnthropicFault.Text(tool, "description", at);
        }

        function["parameters"] = AnthropicFault.Object(tool["input_schema"], $"{at}.input_schema").DeepClone();
        if (tool["strict"] is { } strict)
        {
            function["strict"] = strict.DeepClone();
        }

        return new JsonObject { ["type"] = "function", ["function"] = function }.With(tool.Without("type", "name", "description", "input_schema", "strict"));
    }

    private static void AddChoice(JsonObject choice, JsonObject canonical)
    {
        canonical["tool_choice"] = choice.Text("type") switch
        {
            "auto" => "auto",
            "none" => "none",
            "any" => "required",
            "tool" => new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = AnthropicFault.Text(choice, "name", "tool_choice") } },
            _ => throw AnthropicFault.Of("tool_choice.type", choice["type"], "auto, any, tool or none"),
        };
        if (choice["disable_parallel_tool_use"]?.GetValueKind() == JsonValueKind.True)
        {
            canonical["parallel_tool_calls"] = false;
        }
    }
}
