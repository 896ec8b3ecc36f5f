using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>Gemini's <c>generationConfig</c>: limits, sampling, format, thinking. Source: https://ai.google.dev/api/generate-content#generationconfig.</summary>
internal static class GeminiGeneration
{
    private const int MostStops = 5;

    private static readonly (string Ours, string Theirs)[] Sampling =
    [
        ("temperature", "temperature"), ("top_p", "topP"), ("top_k", "topK"), ("seed", "seed"),
        ("presence_penalty", "presencePenalty"), ("frequency_penalty", "frequencyPenalty"), ("logprobs", "responseLogprobs"), ("top_logprobs", "logprobs"),
    ];

    public static JsonObject Config(ProviderCall call, GeminiExtensions extensions, string? mediaResolution)
    {
        var config = new JsonObject { ["maxOutputTokens"] = call.MaxTokens };
        foreach (var (ours, theirs) in Sampling)
        {
            if (call.Body[ours] is { } value)
            {
                config[theirs] = value.DeepClone();
            }
        }

        Set(config, "stopSequences", Stops(call.Body["stop"]));
        Set(config, "responseModalities", Modalities(call.Body["modalities"]));
        Set(config, "mediaResolution", mediaResolution);
        Format(config, call.Body["response_format"]);
        Set(config, GeminiExtensions.ThinkingConfig, GeminiThinking.Config(call, extensions.Generation.ContainsKey(GeminiExtensions.ThinkingConfig)));
        foreach (var (name, value) in extensions.Generation)
        {
            config[name] = value.DeepClone();
        }

        return config;
    }

    private static JsonArray? Stops(JsonNode? stop)
    {
        var stops = stop switch
        {
            null => null,
            JsonArray { Count: <= MostStops } list when list.All(IsText) => (JsonArray)list.DeepClone(),
            _ when IsText(stop) => new JsonArray(stop.DeepClone()),
            _ => throw ApiError.BadInput("stop", $"stop is {stop.Short()}; Gemini accepts a text or a list of up to {MostStops} texts."),
        };
        return stops is { Count: > 0 } ? stops : null;
    }

    private static JsonArray? Modalities(JsonNode? modalities)
    {
        if (modalities is null)
        {
            return null;
        }

        var names = (modalities as JsonArray)?.Select(name => name?.ToString()).ToArray();
        return names is { Length: > 0 } && names.All(name => name is "text" or "image")
            ? new JsonArray([.. names.Select(name => JsonValue.Create(name == "text" ? "TEXT" : "IMAGE"))])
            : throw ApiError.BadInput("modalities", $"modalities is {modalities.Short()}; accepted for Gemini is a list of \"text\" and \"image\".");
    }

    private static void Format(JsonObject config, JsonNode? format)
    {
        switch (format.Text("type"))
        {
            case "text":
            case null when format is null:
                return;
            case "json_object":
                config["responseMimeType"] = "application/json";
                return;
            case "json_schema":
                config["responseMimeType"] = "application/json";
                config["responseJsonSchema"] = format.Object("json_schema").Object("schema")?.DeepClone()
                    ?? throw ApiError.BadInput("response_format.json_schema.schema", "response_format.json_schema.schema is missing; accepted is a JSON schema.");
                return;
            default:
                throw ApiError.BadInput("response_format.type", $"response_format.type is '{format.Text("type")}'; accepted are text, json_object, json_schema.");
        }
    }

    private static bool IsText(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String;

    private static void Set(JsonObject config, string name, JsonNode? value)
    {
        if (value is not null)
        {
            config[name] = value;
        }
    }
}
