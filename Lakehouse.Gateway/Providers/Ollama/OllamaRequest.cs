using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Ollama;

/// <summary>OpenAI's request as the body of Ollama's <c>POST /api/chat</c>. What Ollama cannot express is refused by name.</summary>
internal static class OllamaRequest
{
    private static readonly string[] Options = ["temperature", "top_p", "top_k", "min_p", "seed", "stop", "frequency_penalty", "presence_penalty", "num_ctx", "repeat_penalty"];
    private static readonly string[] Mapped = ["messages", "tools", "tool_choice", "response_format", "reasoning_effort", "options", "n", "max_tokens", "max_completion_tokens", "stream", "stream_options", "parallel_tool_calls"];
    private static readonly string[] Inexpressible = ["logit_bias", "audio", "modalities", "functions", "function_call", "prediction", "web_search_options"];

    public static JsonObject Build(ProviderCall call, bool stream)
    {
        var source = call.Body;
        foreach (var field in Inexpressible.Where(field => source[field] is not null))
        {
            throw ApiError.BadInput(field, $"{field} is set, which Ollama cannot express; leave it out or choose another provider.");
        }

        var body = new JsonObject { ["model"] = call.Model, ["stream"] = stream, ["messages"] = OllamaMessages.Build(source["messages"]!.AsArray()) };
        var options = source["options"] as JsonObject is { } given ? (JsonObject)given.DeepClone() : [];
        foreach (var (name, value) in source)
        {
            if (Options.Contains(name))
            {
                options[name] = value?.DeepClone();
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

        if ((call.Think ?? source["reasoning_effort"]) is { } think)
        {
            body["think"] = think.DeepClone();
        }

        return body;
    }

    private static JsonNode? Tools(JsonObject source) => (source["tool_choice"] as JsonValue)?.ToString() switch
    {
        "none" => null,
        null when source["tool_choice"] is null => source["tools"]?.DeepClone(),
        "auto" => source["tools"]?.DeepClone(),
        _ => throw ApiError.BadInput("tool_choice", $"tool_choice is {source["tool_choice"]!.ToJsonString()}; Ollama accepts \"auto\" or \"none\"."),
    };

    private static JsonNode? Format(JsonNode? format) => format?["type"]?.ToString() switch
    {
        null or "text" => null,
        "json_object" => "json",
        "json_schema" => format["json_schema"]?["schema"]?.DeepClone() ?? throw ApiError.BadInput("response_format.json_schema.schema", "response_format.json_schema.schema is missing; accepted is a JSON schema."),
        var other => throw ApiError.BadInput("response_format.type", $"response_format.type is '{other}'; accepted are text, json_object, json_schema."),
    };
}
