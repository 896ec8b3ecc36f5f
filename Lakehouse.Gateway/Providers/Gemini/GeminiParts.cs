using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>OpenAI's typed content parts as Gemini's. One per request: it remembers which detail the images ask for.</summary>
internal sealed class GeminiParts
{
    // each has its content in the field of its name
    private static readonly string[] Types = ["text", "refusal", "image_url", "video_url", "input_audio", "file"];

    private readonly HashSet<string> _details = new(StringComparer.Ordinal);

    /// <summary>Source: https://ai.google.dev/gemini-api/docs/media-resolution.</summary>
    public string? MediaResolution => _details.FirstOrDefault() is { } detail ? (detail == "low" ? "MEDIA_RESOLUTION_LOW" : "MEDIA_RESOLUTION_HIGH") : null;

    public List<JsonObject> Read(JsonNode? content, string at)
    {
        if (content is not JsonArray list)
        {
            return [new() { ["text"] = content?.ToString() ?? "" }];
        }

        var parts = new List<JsonObject>();
        for (var index = 0; index < list.Count; index++)
        {
            parts.Add(Part(list[index]!.AsObject(), $"{at}[{index}]"));
        }

        return parts;
    }

    public List<JsonObject> TextOnly(JsonNode? content, string at)
    {
        var parts = Read(content, at);
        var other = parts.FindIndex(part => part["text"] is null);
        return other < 0 ? parts : throw ApiError.BadInput($"{at}[{other}].type", $"{at}[{other}].type is '{content![other].Text("type")}'; Gemini accepts text only in a system message.");
    }

    private JsonObject Part(JsonObject part, string at)
    {
        var type = part.Text("type");
        if (type is not null && Types.Contains(type))
        {
            GeminiFields.Refuse(part, at, "type", type);
        }

        switch (type)
        {
            case "text":
                return new() { ["text"] = part.Text("text") ?? "" };
            case "refusal":
                return new() { ["text"] = part.Text("refusal") ?? "" };
            case "image_url":
                Detail(part["image_url"].Text("detail"), $"{at}.image_url.detail");
                return GeminiMedia.Url(part["image_url"], $"{at}.image_url.url");
            case "video_url":
                return GeminiMedia.Url(part["video_url"], $"{at}.video_url.url");
            case "input_audio":
                return GeminiMedia.Audio(part["input_audio"], $"{at}.input_audio");
            case "file":
                return GeminiMedia.File(part["file"], $"{at}.file");
            case var other:
                throw ApiError.BadInput($"{at}.type", $"{at}.type is '{other}'; Gemini accepts text, image_url, video_url, input_audio, file.");
        }
    }

    private void Detail(string? detail, string at)
    {
        if (detail is null or "auto")
        {
            return;
        }

        _details.Add(detail);
        if (detail is not ("low" or "high") || _details.Count > 1)
        {
            throw ApiError.BadInput(at, $"{at} is '{detail}'; Gemini accepts auto, low or high, and the same for all images of a request.");
        }
    }
}
