using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Ollama;

/// <summary>OpenAI's request as the body of Ollama's <c>POST /api/chat</c>. What Ollama cannot express is refused by name.</summary>
internal static class OllamaRequest
{
    private static readonly string[] Options = ["temperature", "top_p", "top_k", "min_p", "seed", "stop", "frequency_penalty", "presence_penalty", "num_ctx", "repeat_penalty"];
    private static readonly string[] Mapped = ["messages", "tools", "tool_choice", "response_format", "reasoning_effort", "options", "n", "max_tokens", "max_completion_tokens", "stream", "stream_options", "parallel_tool_calls", "modalities"];
    private static readonly string[] Inexpressible = ["logit_bias", "audio", "functions", "function_call", "prediction", "web_search_options", "verbosity", "provider"];

    /// <summary>What the other vendors here take and the answer depends on: Ollama passes over what it does not know, and nobody would be told.</summary>
    private static readonly string[] Others =
    [
        "reasoning", "plugins", "models", "route", "transforms", "preset", "top_a", "repetition_penalty",
        "thinking", "output_config", "container", "mcp_servers", "context_management",
        "google", "extra_body", "safety_settings", "safetySettings", "thinking_config", "thinkingConfig", "media_resolution", "mediaResolution", "image_config", "imageConfig",
    ];

    public static JsonObject Build(ProviderCall call, bool stream)
    {
        var source = call.Body;
        CheckExpressible(source);
        var body = new JsonObject { ["model"] = call.Model, ["stream"] = stream, ["messages"] = OllamaMessages.Build(source["messages"]!.AsArray()) };
        var options = source["options"] is JsonObject given ? (JsonObject)given.DeepClone() : [];
        foreach (var (name, value) in source)
        {
            if (Options.Contains(name))
            {
                // Ollama takes a list of stops only
                options[name] = name is "stop" && value is JsonValue ? new JsonArray(value.DeepClone()) : value?.DeepClone();
            }
            else if (!Mapped.Contains(name))
            {
                // unknown to us: Ollama may know it (keep_alive, logprobs, …)
                body[name] = value?.DeepClone();
            }
        }

        options["num_predict"] = call.MaxTokens;
        body["options"] = options;
        if (Tools(source) is { } tools)
        {
            body["tools"] = tools;
        }

        if (Format(source["response_format"]) is { } format)
        {
            body["format"] = format;
        }

        if ((ThinkingTokens.Level(call.Think) ?? call.Think?.DeepClone() ?? Think(source["reasoning_effort"])) is { } think)
        {
            body["think"] = think;
        }

        return body;
    }

    private static void CheckExpressible(JsonObject source)
    {
        foreach (var field in Inexpressible.Concat(Others).Where(field => source[field] is not (null or JsonObject { Count: 0 } or JsonArray { Count: 0 })))
        {
            throw ApiError.BadInput(field, $"{field} is set, which Ollama cannot express; leave it out or choose another provider.");
        }

        if (source["parallel_tool_calls"] is { } parallel && parallel.ToString() != "true")
        {
            throw ApiError.BadInput("parallel_tool_calls", $"parallel_tool_calls is {parallel.ToJsonString()}; Ollama accepts true.");
        }

        if (source["modalities"] is { } modalities && modalities.ToJsonString() != "[\"text\"]")
        {
            throw ApiError.BadInput("modalities", $"modalities is {modalities.ToJsonString()}; Ollama accepts [\"text\"].");
        }
    }

    private static JsonNode? Tools(JsonObject source)
    {
        var tools = source["tools"] as JsonArray ?? [];
        for (var index = 0; index < tools.Count; index++)
        {
            var type = (tools[index] as JsonObject)?["type"]?.ToString();
            if (type is not (null or "function"))
            {
                throw ApiError.BadInput($"tools[{index}].type", $"tools[{index}].type is '{type}'; Ollama accepts function.");
            }
        }

        return (source["tool_choice"] as JsonValue)?.ToString() switch
        {
            "none" => null,
            null when source["tool_choice"] is null => source["tools"]?.DeepClone(),
            "auto" => source["tools"]?.DeepClone(),
            _ => throw ApiError.BadInput("tool_choice", $"tool_choice is {source["tool_choice"]!.ToJsonString()}; Ollama accepts \"auto\" or \"none\"."),
        };
    }

    private static JsonNode? Format(JsonNode? format) => (format as JsonObject)?["type"]?.ToString() switch
    {
        null when format is not null => throw ApiError.BadInput("response_format", $"response_format is {format.ToJsonString()}; accepted is an object with the type text, json_object or json_schema."),
        null or "text" => null,
        "json_object" => "json",
        "json_schema" => (format!["json_schema"] as JsonObject)?["schema"]?.DeepClone() ?? throw ApiError.BadInput("response_format.json_schema.schema", "response_format.json_schema.schema is missing; accepted is a JSON schema."),
        var other => throw ApiError.BadInput("response_format.type", $"response_format.type is '{other}'; accepted are text, json_object, json_schema."),
    };

    // levels are for gpt-oss; Ollama itself refuses them for models that know only on and off
    private static JsonNode? Think(JsonNode? effort) => effort?.ToString() switch
    {
        null => null,
        "none" => false,
        "minimal" => "low",
        "low" or "medium" or "high" => effort.DeepClone(),
        var other => throw ApiError.BadInput("reasoning_effort", $"reasoning_effort is '{other}'; Ollama accepts none, minimal, low, medium, high."),
    };
}
