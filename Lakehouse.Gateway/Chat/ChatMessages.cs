using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Chat;

/// <summary>The shape of OpenAI's <c>messages</c>, as far as every vendor needs it.</summary>
internal static class ChatMessages
{
    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool"];

    /// <exception cref="ApiError">400, naming the message and the field.</exception>
    public static void Check(JsonNode? messages)
    {
        if (messages is not JsonArray { Count: > 0 } list)
        {
            throw ApiError.BadInput("messages", $"messages is {(messages is null ? "missing" : messages is JsonArray ? "empty" : "no list")}; accepted is a list of at least one message.");
        }

        for (var index = 0; index < list.Count; index++)
        {
            Check(list[index], $"messages[{index}]");
        }
    }

    public static bool IsRole(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("user"u8) || name.SequenceEqual("assistant"u8) || name.SequenceEqual("system"u8) || name.SequenceEqual("developer"u8) || name.SequenceEqual("tool"u8);

    private static void Check(JsonNode? node, string at)
    {
        var message = node as JsonObject ?? throw ApiError.BadInput(at, $"{at} is no object; accepted is {{\"role\": …, \"content\": …}}.");
        if (!(message["role"] is JsonValue role && role.TryGetValue(out string? name) && Roles.Contains(name)))
        {
            throw ApiError.BadInput($"{at}.role", $"{at}.role is '{message["role"]}'; accepted are {string.Join(", ", Roles)}.");
        }

        var content = message["content"];
        var hasContent = content is JsonArray parts ? parts.All(part => part is JsonObject) : content?.GetValueKind() == JsonValueKind.String;
        // an assistant may have refused, spoken aloud, called tools, or said nothing
        if (!hasContent && !(content is null && name == "assistant"))
        {
            throw ApiError.BadInput($"{at}.content", $"{at}.content is {(content is null ? "missing" : content.Shortened())}; accepted is a text or a list of typed parts.");
        }
    }
}
