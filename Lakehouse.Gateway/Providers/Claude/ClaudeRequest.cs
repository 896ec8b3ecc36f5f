using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>OpenAI's request as the body of <c>POST /v1/messages</c>. What Claude cannot express is refused by name.</summary>
internal static class ClaudeRequest
{
    public static JsonObject Build(ProviderCall call)
    {
        var source = call.Body;
        ClaudeFields.Refuse(source);
        var (system, turns) = ClaudeMessages.Build(source["messages"]!.AsArray());
        var body = new JsonObject { ["model"] = call.Model, ["max_tokens"] = call.MaxTokens };
        if (call.Stream)
        {
            body["stream"] = true;
        }

        if (system.Count > 0)
        {
            body["system"] = system;
        }

        body["messages"] = turns;
        foreach (var (name, value) in source.Where(field => field.Value is not null && ClaudeFields.IsUnknown(field.Key)))
        {
            // Claude may know it (top_k, container, inference_geo, …) and refuses what it does not
            body[name] = value?.DeepClone();
        }

        AddPlain(source, body);
        ClaudeTools.Add(source, body);
        AddFormat(source, body);
        ClaudeThinking.Add(call, body);
        return body;
    }

    private static void AddPlain(JsonObject source, JsonObject body)
    {
        if (source["stop"] is { } stop)
        {
            body["stop_sequences"] = stop is JsonArray ? stop.DeepClone() : new JsonArray(stop.DeepClone());
        }

        if (source["user"] is { } user)
        {
            body["metadata"] = new JsonObject { ["user_id"] = user.DeepClone() };
        }

        if (source["service_tier"] is { } tier)
        {
            body["service_tier"] = tier.ToString() switch
            {
                "auto" => "auto",
                "default" or "standard_only" => "standard_only",
                _ => throw ApiError.BadInput("service_tier", $"service_tier is {tier.ToJsonString()}; Claude accepts \"auto\" and \"default\"."),
            };
        }
    }

    // a schema's name is a label, and Claude is always strict
    private static void AddFormat(JsonObject source, JsonObject body)
    {
        var output = source["output_config"]?.DeepClone() as JsonObject ?? [];
        switch (source["response_format"].Text("type"))
        {
            case "json_schema":
                output["format"] = new JsonObject
                {
                    ["type"] = "json_schema",
                    ["schema"] = (source["response_format"]!["json_schema"] as JsonObject)?["schema"]?.DeepClone()
                        ?? throw ApiError.BadInput("response_format.json_schema.schema", "response_format.json_schema.schema is missing; accepted is a JSON schema."),
                };
                break;
            case "text":
            case null when source["response_format"] is null:
                break;
            case var other:
                throw ApiError.BadInput("response_format.type", $"response_format.type is '{other}'; Claude accepts text and json_schema, which says what the JSON has to look like.");
        }

        if (output.Count > 0)
        {
            body["output_config"] = output;
        }
    }
}
