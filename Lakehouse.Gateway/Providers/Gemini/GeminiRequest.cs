using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>OpenAI's request as a <c>GenerateContentRequest</c>. Gemini refuses fields that it does not know, so what is not
/// mapped here is refused here, by name. Source: https://ai.google.dev/api/generate-content.</summary>
internal static class GeminiRequest
{
    private static readonly string[] Mapped =
    [
        "messages", "tools", "tool_choice", "parallel_tool_calls", "response_format", "reasoning_effort", "modalities", "stop", "logprobs", "top_logprobs",
        "temperature", "top_p", "top_k", "seed", "presence_penalty", "frequency_penalty", "google", "extra_body",
        // said by ProviderCall, or by the URL
        "model", "n", "max_tokens", "max_completion_tokens", "stream", "stream_options",
    ];

    /// <summary>Left out, because they change nothing in the answer: who asks, and how the vendor keeps or queues the call.
    /// For the same reason left out inside other fields: the name and the description of a JSON schema, a file's name, and what
    /// <see cref="GeminiFields"/> lists.</summary>
    private static readonly string[] LeftOut = ["user", "metadata", "store", "service_tier", "prompt_cache_key", "prompt_cache_retention", "safety_identifier"];

    public static JsonObject Build(ProviderCall call)
    {
        var source = call.Body;
        var extensions = GeminiExtensions.Read(source);
        foreach (var (field, value) in source)
        {
            if (!Mapped.Contains(field) && !LeftOut.Contains(field) && !GeminiExtensions.IsKnown(field) && value is not (null or JsonObject { Count: 0 } or JsonArray { Count: 0 }))
            {
                throw ApiError.BadInput(field, $"{field} is set, which Gemini cannot express; leave it out or choose another provider.");
            }
        }

        var contents = GeminiContents.Build(source["messages"]!.AsArray(), call.Model);
        var body = new JsonObject { ["contents"] = contents.Turns };
        if (contents.System.Count > 0)
        {
            body["systemInstruction"] = new JsonObject { ["parts"] = contents.System };
        }

        var (tools, toolConfig) = GeminiTools.Build(source);
        if (tools is not null)
        {
            body["tools"] = tools;
            body["toolConfig"] = toolConfig;
        }

        if (extensions.SafetySettings is { } safety)
        {
            body["safetySettings"] = safety.DeepClone();
        }

        body["generationConfig"] = GeminiGeneration.Config(call, extensions, contents.MediaResolution);
        return body;
    }
}
