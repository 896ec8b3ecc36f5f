using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>OpenAI's content parts as Claude's blocks. What else a part carries (cache_control) stays on the block.</summary>
internal static class ClaudeParts
{
    private static readonly string[] Images = ["image/jpeg", "image/png", "image/gif", "image/webp"];

    // Claude's own blocks, which a caller may put among the parts
    private static readonly string[] Own = ["image", "document", "search_result", "container_upload", "tool_reference"];

    public static void AddTo(JsonArray blocks, JsonNode? content, string at)
    {
        if (content is not JsonArray parts)
        {
            // Claude refuses empty texts, and they say nothing
            if (content?.ToString() is { Length: > 0 } text)
            {
                blocks.Add((JsonNode)new JsonObject { ["type"] = "text", ["text"] = text });
            }

            return;
        }

        for (var index = 0; index < parts.Count; index++)
        {
            var part = parts[index] as JsonObject ?? throw ApiError.BadInput($"{at}[{index}]", $"{at}[{index}] is no object; accepted is a typed part.");
            blocks.Add((JsonNode)Block(part, $"{at}[{index}]"));
        }
    }

    private static JsonObject Block(JsonObject part, string at) => part.Text("type") switch
    {
        "text" => part.DeepClone().AsObject(),
        "refusal" => new() { ["type"] = "text", ["text"] = part.Text("refusal") },
        "image_url" => Image(part, $"{at}.image_url").With(part.Without("type", "image_url")),
        "file" => Document(part, $"{at}.file").With(part.Without("type", "file")),
        { } own when Own.Contains(own) => part.DeepClone().AsObject(),
        var other => throw ApiError.BadInput($"{at}.type", $"{at}.type is '{other}'; Claude accepts text, image_url and file."),
    };

    private static JsonObject Image(JsonObject part, string at)
    {
        if (part["image_url"].Text("detail") is { } detail and not ("auto" or "high"))
        {
            throw ApiError.BadInput($"{at}.detail", $"{at}.detail is '{detail}'; Claude sees every image whole: accepted are auto and high.");
        }

        var url = part["image_url"].Text("url") ?? part.Text("image_url") ?? "";
        return DataUrl.Parse(url) switch
        {
            { } data when Images.Contains(data.MediaType) && data.IsBase64 => new() { ["type"] = "image", ["source"] = Base64(data) },
            null when IsWeb(url) => new() { ["type"] = "image", ["source"] = Web(url) },
            _ => throw ApiError.BadInput($"{at}.url", $"{at}.url is '{Short(url)}'; Claude accepts https:// and data:…;base64,… with {string.Join(", ", Images)}."),
        };
    }

    private static JsonObject Document(JsonObject part, string at)
    {
        var file = part["file"] as JsonObject ?? throw ApiError.BadInput(at, $"{at} is missing; accepted is {{\"file_data\": \"data:application/pdf;base64,…\"}}.");
        if (file["file_id"] is not null)
        {
            throw ApiError.BadInput($"{at}.file_id", $"{at}.file_id is {file["file_id"]!.ToJsonString()}; Claude does not see other vendors' files: accepted is file_data.");
        }

        var url = file.Text("file_data") ?? "";
        var block = new JsonObject
        {
            ["type"] = "document",
            ["source"] = DataUrl.Parse(url) switch
            {
                { MediaType: "application/pdf", IsBase64: true } data => Base64(data),
                { MediaType: "text/plain" } data => new() { ["type"] = "text", ["media_type"] = "text/plain", ["data"] = PlainText(data, at) },
                null when IsWeb(url) => Web(url),
                _ => throw ApiError.BadInput($"{at}.file_data", $"{at}.file_data is '{Short(url)}'; Claude accepts https:// and data: with application/pdf or text/plain."),
            },
        };
        if (file.Text("filename") is { } name)
        {
            block["title"] = name;
        }

        return block;
    }

    private static bool IsWeb(string url) => url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static JsonObject Base64(DataUrl data) => new() { ["type"] = "base64", ["media_type"] = data.MediaType, ["data"] = data.Data };

    private static JsonObject Web(string url) => new() { ["type"] = "url", ["url"] = url };

    private static string PlainText(DataUrl data, string at)
    {
        try
        {
            return data.IsBase64 ? Encoding.UTF8.GetString(Convert.FromBase64String(data.Data)) : Uri.UnescapeDataString(data.Data);
        }
        catch (FormatException)
        {
            throw ApiError.BadInput($"{at}.file_data", $"{at}.file_data is no base64.");
        }
    }

    private static string Short(string text) => text.Length > 40 ? text[..40] + "…" : text;
}
