using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers.Claude;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>Anthropic's blocks as OpenAI's content parts. What else a block carries (cache_control) stays on the part; what OpenAI
/// has no part for is marked and stays as it is.</summary>
internal sealed class AnthropicBlocks(string version, NativeOnlyFields only)
{
    public JsonObject Part(JsonObject block, string at, string role)
    {
        switch (block.Text("type"))
        {
            case "text":
                return Text(block, at, role);
            case "image" when Url(block, at, "base64", "url") is { } url:
                return new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = url } }.With(block.Without("type", "source"));
            case "document":
                return Document(block, at, role);
            case null:
                throw AnthropicFault.Of($"{at}.type", block["type"], "a block's type");
            case "image":
                only.Add($"{at}.source", $"an image of source {block["source"].Text("type")}");
                return block.DeepClone().AsObject();
            case var other:
                only.Add(at, $"a {other} block");
                return block.DeepClone().AsObject();
        }
    }

    private JsonObject Text(JsonObject block, string at, string role)
    {
        _ = AnthropicFault.Text(block, "text", at);
        if (block["citations"] is JsonArray { Count: > 0 })
        {
            if (role == "user" && version == AnthropicVersion.Y2026)
            {
                throw ApiError.BadInput($"{at}.citations", $"{at}.citations is set in a user message, which version {version} of the API does not have; accepted is a block without it.");
            }

            only.Add($"{at}.citations", "a list of citations");
            return block.DeepClone().AsObject();
        }

        return block.Without("citations");
    }

    private JsonObject Document(JsonObject block, string at, string role)
    {
        if (role == "assistant" && version == AnthropicVersion.Y2026)
        {
            throw ApiError.BadInput(at, $"{at} is a document in an assistant message, which version {version} of the API does not have; accepted is a document in a user message.");
        }

        var cites = block["citations"] is JsonObject citations && citations["enabled"] is JsonValue enabled && enabled.TryGetValue(out bool yes) && yes;
        if (role == "assistant" || cites || block["context"] is not null || Url(block, at, "base64", "url", "text") is not { } url)
        {
            only.Add(at, cites ? "a document with citations" : block["context"] is not null ? "a document with a context" : $"a document of source {block["source"].Text("type")} here");
            return block.DeepClone().AsObject();
        }

        var file = new JsonObject { ["file_data"] = url };
        if (block["title"] is not null)
        {
            file["filename"] = AnthropicFault.Text(block, "title", at);
        }

        return new JsonObject { ["type"] = "file", ["file"] = file }.With(block.Without("type", "source", "title", "citations", "context"));
    }

    /// <returns>Null where the source is none of these.</returns>
    private static string? Url(JsonObject block, string at, params ReadOnlySpan<string> types)
    {
        var source = AnthropicFault.Object(block["source"], $"{at}.source");
        var type = source.Text("type");
        return (types.Contains(type) ? type : null) switch
        {
            "base64" => $"data:{AnthropicFault.Text(source, "media_type", $"{at}.source")};base64,{AnthropicFault.Text(source, "data", $"{at}.source")}",
            "url" => AnthropicFault.Text(source, "url", $"{at}.source"),
            "text" => $"data:text/plain;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(AnthropicFault.Text(source, "data", $"{at}.source")))}",
            _ => null,
        };
    }
}
