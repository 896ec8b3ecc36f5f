using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Routing;

namespace Lakehouse.Gateway.Chat;

/// <summary>
/// Requests that let the vendor add input of its own (search results, a file that it keeps, a video), or choose another model at
/// another price: nobody can say before how much that is, so a ceiling would be none.
/// </summary>
internal static class UnboundedInput
{
    private static readonly string[] Fields = ["web_search_options", "plugins", "models", "fallbacks", "preset", "mcp_servers"];

    /// <param name="capped">What of this call has a cap of tokens or money; null = nothing.</param>
    /// <exception cref="ApiError">400, naming the field: a cap of tokens or money holds for this call.</exception>
    public static void Refuse(ChatBody body, RouteTarget target, Func<string?> capped)
    {
        if ((OfModel(target) ?? (body.Plain is null ? OfFields(body.Tree) ?? OfMessages(body.Tree) : null)) is (var field, var what) && capped() is { } label)
        {
            throw new ApiError(400, "cost_not_bounded", $"{what} lets the vendor use more than anybody can reserve before, and {label} has a cap; leave it out, or call as a consumer without caps in tokens and money.", field);
        }
    }

    // OpenRouter reads what stands behind the model's name: :online searches the web, @preset adds instructions and tools that it keeps
    private static (string Field, string What)? OfModel(RouteTarget target) =>
        target.Provider.Kind == "openrouter" && (target.Model.Split(':').Skip(1).Contains("online", StringComparer.OrdinalIgnoreCase) || target.Model.Contains("@preset", StringComparison.OrdinalIgnoreCase))
            ? ("model", $"model {target.Model}")
            : null;

    private static (string Field, string What)? OfFields(JsonObject body)
    {
        if (Fields.FirstOrDefault(field => body[field] is not (null or JsonArray { Count: 0 })) is { } set)
        {
            return (set, set);
        }

        var tools = (body["tools"] as JsonArray ?? []).Select((tool, index) => (Type: (tool as JsonObject)?["type"]?.ToString(), index));
        return tools.Where(tool => tool.Type is not (null or "function" or "custom")).Select(tool => $"tools[{tool.index}].type").FirstOrDefault() is { } type ? (type, type) : null;
    }

    private static (string Field, string What)? OfMessages(JsonObject body)
    {
        var messages = body["messages"] as JsonArray ?? [];
        for (var index = 0; index < messages.Count; index++)
        {
            if (OfParts(messages[index]?["content"], $"messages[{index}].content") is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static (string Field, string What)? OfParts(JsonNode? content, string at)
    {
        var parts = content as JsonArray ?? [];
        for (var index = 0; index < parts.Count; index++)
        {
            if (parts[index] is not JsonObject part)
            {
                continue;
            }

            var here = $"{at}[{index}]";
            if (part["type"]?.ToString() == "video_url")
            {
                return (here, $"the video {here}");
            }

            // a block of Claude's names such a file in its source, or is all about it (container_upload); a part of OpenAI's in its file
            var kept = (part["source"] as JsonObject)?["type"]?.ToString() == "file" ? $"{here}.source"
                : (part["file"] as JsonObject)?["file_id"] is not null ? $"{here}.file.file_id"
                : part["file_id"] is not null ? $"{here}.file_id"
                : null;
            if (kept is not null)
            {
                return (kept, $"{kept}, a file that the vendor keeps,");
            }

            // results of tools have blocks of their own
            if (OfParts(part["content"], $"{here}.content") is { } inner)
            {
                return inner;
            }
        }

        return null;
    }
}
