using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Sessions;

/// <summary>OpenAI's message, checked before it is kept. Fields beyond it are kept as they are.</summary>
internal static class MessageShape
{
    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool"];

    /// <exception cref="ApiError">400, naming the message and the field.</exception>
    public static JsonObject Check(JsonNode? node, string at)
    {
        try
        {
            return CheckFields(node, at);
        }
        catch (InvalidOperationException)
        {
            // what System.Text.Json says of an escaped half of a surrogate pair
            throw ApiError.BadInput(at, $"{at} has text that is no Unicode; accepted is text without unpaired surrogates.");
        }
    }

    /// <summary>The text of a message, for search.</summary>
    public static string SearchText(JsonObject message)
    {
        var text = message["content"] is JsonArray parts
            ? string.Join('\n', parts.OfType<JsonObject>().Select(part => part["text"]).OfType<JsonValue>().Select(part => part.ToString()))
            : message["content"]?.ToString() ?? "";
        return text.Replace("\0", "", StringComparison.Ordinal);
    }

    private static JsonObject CheckFields(JsonNode? node, string at)
    {
        var message = node as JsonObject ?? throw ApiError.BadInput(at, $"{at} is no object; accepted is {{\"role\": …, \"content\": …}}.");
        var bytes = Encoding.UTF8.GetByteCount(message.ToJsonString());
        if (bytes > SessionLimits.MessageBytes)
        {
            throw new ApiError(413, "request_too_large", $"{at} has {bytes} bytes; accepted are at most {SessionLimits.MessageBytes}.", at);
        }

        var role = TextOf(message["role"]);
        if (role is null || !Roles.Contains(role))
        {
            throw Bad($"{at}.role", message["role"], string.Join(", ", Roles));
        }

        CheckContent(message, role, at);
        if (role == "tool" && TextOf(message["tool_call_id"]) is not { Length: > 0 })
        {
            throw Bad($"{at}.tool_call_id", message["tool_call_id"], "the id of the tool call that this answers");
        }

        CheckCalls(message, role, at);
        return message;
    }

    private static void CheckContent(JsonObject message, string role, string at)
    {
        var content = message["content"];
        // an assistant may have refused, spoken aloud, called tools, or said nothing
        if (content is null ? role != "assistant" : content is not JsonArray && TextOf(content) is null)
        {
            throw Bad($"{at}.content", content, "a text or a list of typed parts");
        }

        var parts = content as JsonArray ?? [];
        for (var index = 0; index < parts.Count; index++)
        {
            if (TextOf((parts[index] as JsonObject)?["type"]) is null)
            {
                throw Bad($"{at}.content[{index}].type", (parts[index] as JsonObject)?["type"], "the type of the part, such as text");
            }
        }
    }

    private static void CheckCalls(JsonObject message, string role, string at)
    {
        if (message["tool_calls"] is not { } node)
        {
            return;
        }

        if (role != "assistant" || node is not JsonArray { Count: > 0 } calls)
        {
            throw Bad($"{at}.tool_calls", node, "a list of calls, of the assistant only");
        }

        for (var index = 0; index < calls.Count; index++)
        {
            var call = calls[index] as JsonObject;
            if (TextOf(call?["id"]) is not { Length: > 0 })
            {
                throw Bad($"{at}.tool_calls[{index}].id", call?["id"], "a text");
            }

            if (TextOf(call?["type"]) is null or "function" && TextOf((call?["function"] as JsonObject)?["name"]) is not { Length: > 0 })
            {
                throw Bad($"{at}.tool_calls[{index}].function.name", (call?["function"] as JsonObject)?["name"], "the name of the function");
            }
        }
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static ApiError Bad(string field, JsonNode? value, string accepted)
    {
        var text = value?.ToJsonString() ?? "missing";
        return ApiError.BadInput(field, $"{field} is {(text.Length <= 80 ? text : text[..80] + "…")}; accepted is {accepted}.");
    }
}
