using System.Text;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>The parts of a candidate in OpenAI's terms: fields of a message, or of a delta. One per reply: it counts calls and signatures.</summary>
internal sealed class GeminiAnswer
{
    private int _calls;
    private int _details;
    private int _images;

    public bool CalledTools => _calls > 0;

    /// <returns>Only the fields that the parts have.</returns>
    public JsonObject Read(IEnumerable<JsonObject> parts)
    {
        var (content, thoughts, signedTo) = (new StringBuilder(), new StringBuilder(), 0);
        var (calls, details, images) = (new JsonArray(), new JsonArray(), new JsonArray());
        foreach (var part in parts)
        {
            var (text, signature) = (part.Text("text"), part.Text("thoughtSignature"));
            if (part["functionCall"] is JsonObject call)
            {
                calls.Add((JsonNode)Call(call, signature));
            }
            else if (part["inlineData"] is JsonObject data)
            {
                images.Add((JsonNode)Image(data, signature));
            }
            else if (part.IsTrue("thought"))
            {
                thoughts.Append(text);
                if (signature is not null)
                {
                    // with what came before it: clients read the details instead of the text where there are any
                    Add(details, GeminiSignatures.ThoughtDetail(thoughts.ToString(signedTo, thoughts.Length - signedTo), signature, _details));
                    signedTo = thoughts.Length;
                }
            }
            else if (text is not null || signature is not null)
            {
                content.Append(text);
                Add(details, signature is null ? null : GeminiSignatures.TextDetail(signature, _details));
            }
            else
            {
                throw new ProviderException(ProviderFailure.Protocol, $"Gemini's reply has a part of an unknown kind: {string.Join(", ", part.Select(field => field.Key))}.");
            }
        }

        var answer = ModelChunk.DeltaOf(content.Length > 0 ? content.ToString() : null, thoughts.Length > 0 ? thoughts.ToString() : null, calls.Count > 0 ? calls : null) ?? [];
        Set(answer, "reasoning_details", details);
        Set(answer, "images", images);
        return answer;
    }

    private static void Set(JsonObject answer, string name, JsonArray items)
    {
        if (items.Count > 0)
        {
            answer[name] = items;
        }
    }

    private void Add(JsonArray details, JsonObject? detail)
    {
        if (detail is not null)
        {
            details.Add((JsonNode)detail);
            _details++;
        }
    }

    private JsonObject Call(JsonObject call, string? signature)
    {
        var mapped = new JsonObject
        {
            ["index"] = _calls++,
            ["id"] = call.Text("id") is { Length: > 0 } id ? id : $"call_{Guid.NewGuid():N}",
            ["type"] = "function",
            ["function"] = new JsonObject
            {
                ["name"] = call.Text("name") ?? throw new ProviderException(ProviderFailure.Protocol, "The model called a tool without naming it."),
                ["arguments"] = call["args"]?.ToJsonString() ?? "{}",
            },
        };
        return WithExtra(mapped, signature);
    }

    // as OpenRouter returns pictures
    private JsonObject Image(JsonObject data, string? signature)
    {
        var type = data.Text("mimeType");
        return type?.StartsWith("image/", StringComparison.Ordinal) == true
            ? WithExtra(new() { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = $"data:{type};base64,{data.Text("data")}" }, ["index"] = _images++ }, signature)
            : throw new ProviderException(ProviderFailure.Protocol, $"Gemini's reply has data of type '{type}', which OpenAI's reply cannot express.");
    }

    private static JsonObject WithExtra(JsonObject item, string? signature)
    {
        if (GeminiSignatures.Extra(signature) is { } extra)
        {
            item["extra_content"] = extra;
        }

        return item;
    }
}
