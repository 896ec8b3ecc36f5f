using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Claude;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>The fields beside messages and tools, in OpenAI's terms.</summary>
internal static class AnthropicSettings
{
    public static void Add(JsonObject body, JsonObject canonical, NativeOnlyFields only)
    {
        if (body["stop_sequences"] is { } stop)
        {
            canonical["stop"] = AnthropicFault.List(stop, "stop_sequences").DeepClone();
        }

        if (body["metadata"] is { } metadata)
        {
            foreach (var (name, value) in AnthropicFault.Object(metadata, "metadata").Where(field => field.Value is not null))
            {
                if (name == "user_id")
                {
                    canonical["user"] = value!.DeepClone();
                }
                else
                {
                    only.Add($"metadata.{name}", "set");
                }
            }
        }

        if (body["service_tier"] is { } tier)
        {
            canonical["service_tier"] = tier.ToString() switch
            {
                "auto" => "auto",
                "standard_only" => "default",
                _ => throw AnthropicFault.Of("service_tier", tier, "auto or standard_only"),
            };
        }

        if (body["stream"] is JsonValue stream && stream.GetValueKind() == JsonValueKind.True)
        {
            // a message says what it used in any case
            canonical["stream_options"] = new JsonObject { ["include_usage"] = true };
        }

        AddOutput(body, canonical);
        AddThinking(body, canonical, only);
    }

    private static void AddOutput(JsonObject body, JsonObject canonical)
    {
        var output = body["output_config"] is { } config ? AnthropicFault.Object(config, "output_config") : null;
        // output_format is the name that it had in its beta
        var (format, at) = output?["format"] is { } current ? (current, "output_config.format") : (body["output_format"], "output_format");
        if (format is not null)
        {
            var schema = AnthropicFault.Object(format, at);
            if (schema.Text("type") != "json_schema")
            {
                throw AnthropicFault.Of($"{at}.type", schema["type"], "json_schema");
            }

            canonical["response_format"] = new JsonObject
            {
                ["type"] = "json_schema",
                ["json_schema"] = new JsonObject { ["name"] = "answer", ["strict"] = true, ["schema"] = AnthropicFault.Object(schema["schema"], $"{at}.schema").DeepClone() },
            };
        }

        if (output?["effort"] is { } effort)
        {
            canonical["reasoning_effort"] = AnthropicFault.Text(output, "effort", "output_config");
        }

        if (output?.Without("format", "effort") is { Count: > 0 } rest)
        {
            canonical["output_config"] = rest;
        }
    }

    private static void AddThinking(JsonObject body, JsonObject canonical, NativeOnlyFields only)
    {
        if (body["thinking"] is not { } given)
        {
            return;
        }

        if (body["think"] is not null)
        {
            throw AnthropicFault.Of("think", body["think"], "either think or thinking, which is set too");
        }

        var thinking = AnthropicFault.Object(given, "thinking");
        switch (thinking.Text("type"))
        {
            case "enabled":
                if (thinking.Count("budget_tokens") is not { } budget || budget < ClaudeThinking.LeastBudget || budget >= body["max_tokens"]?.GetValue<int>())
                {
                    throw AnthropicFault.Of("thinking.budget_tokens", thinking["budget_tokens"], $"a whole number from {ClaudeThinking.LeastBudget} and below max_tokens");
                }

                canonical["think"] = (int)budget;
                break;
            case "adaptive":
                canonical["think"] = true;
                break;
            case "disabled":
                canonical["think"] = false;
                break;
            case "between_tools":
                only.Add("thinking.type", "between_tools");
                canonical["think"] = true;
                break;
            default:
                throw AnthropicFault.Of("thinking.type", thinking["type"], "enabled, adaptive, disabled or between_tools");
        }

        if (thinking.Text("display") is { } display and not "summarized")
        {
            only.Add("thinking.display", display);
        }
    }
}
