using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>Images, sound, video and documents. Source: https://ai.google.dev/gemini-api/docs/file-input-methods.</summary>
internal static class GeminiMedia
{
    private const string Base64Marker = ";base64,";
    private static readonly string[] Sounds = ["wav", "mp3", "aiff", "aac", "ogg", "flac"];

    // what Gemini fetches itself; an image's tokens have a known bound, those of other files at an address have not
    private static readonly Dictionary<string, string> Fetched = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png", [".jpg"] = "image/jpeg", [".jpeg"] = "image/jpeg", [".webp"] = "image/webp", [".bmp"] = "image/bmp",
    };

    /// <param name="node">OpenAI's <c>{"url": …}</c>, or the address itself.</param>
    public static JsonObject Url(JsonNode? node, string at)
    {
        var url = node.Text("url") ?? (node as JsonValue)?.ToString() ?? "";
        if (Inline(url) is { } inline)
        {
            return inline;
        }

        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps && Fetched.TryGetValue(Path.GetExtension(address.AbsolutePath), out var type)
            ? new() { ["fileData"] = new JsonObject { ["mimeType"] = type, ["fileUri"] = url } }
            : throw Refused(at, url, "data:…;base64,… and https addresses that end in .png, .jpg, .jpeg, .webp, .bmp");
    }

    public static JsonObject Audio(JsonNode? node, string at)
    {
        var format = node.Text("format");
        if (!Sounds.Contains(format))
        {
            throw ApiError.BadInput($"{at}.format", $"{at}.format is '{format}'; Gemini accepts {string.Join(", ", Sounds)}.");
        }

        return Data($"audio/{format}", node.Text("data") ?? throw ApiError.BadInput($"{at}.data", $"{at}.data is missing; accepted is sound in base64."));
    }

    public static JsonObject File(JsonNode? node, string at)
    {
        if (node.Text("file_id") is not null)
        {
            throw ApiError.BadInput($"{at}.file_id", $"{at}.file_id is set, which Gemini cannot express; send the file as file_data.");
        }

        var data = node.Text("file_data") ?? "";
        return Inline(data) ?? throw Refused($"{at}.file_data", data, "data:application/pdf;base64,… and other data: URLs");
    }

    /// <returns>Null where it is no data: URL.</returns>
    public static JsonObject? Inline(string url)
    {
        var data = url.IndexOf(Base64Marker, StringComparison.Ordinal);
        if (!url.StartsWith("data:", StringComparison.Ordinal) || data <= "data:".Length)
        {
            return null;
        }

        var type = url["data:".Length..data];
        var parameters = type.IndexOf(';', StringComparison.Ordinal);
        return Data(parameters < 0 ? type : type[..parameters], url[(data + Base64Marker.Length)..]);
    }

    private static JsonObject Data(string type, string base64) => new() { ["inlineData"] = new JsonObject { ["mimeType"] = type, ["data"] = base64 } };

    private static ApiError Refused(string at, string url, string accepted) => ApiError.BadInput(at, $"{at} is '{(url.Length > 40 ? url[..40] + "…" : url)}'; Gemini accepts {accepted}.");
}
