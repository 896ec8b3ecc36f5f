using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Context;

/// <summary>The field <c>context</c> of a chat: what its task is about, or a plain yes or no to being helped.</summary>
/// <param name="Query">Null = the last message of the user.</param>
/// <param name="MaxTokens">Of what is put in; null = the configured number.</param>
internal sealed record ContextAsk(bool IsWanted, string? Query = null, string? City = null, string? State = null, string? Role = null, string? Client = null, long? MaxTokens = null)
{
    private static readonly string[] Fields = ["query", "city", "state", "role", "client", "max_tokens"];

    /// <exception cref="ApiError">400, naming the field.</exception>
    public static ContextAsk? Parse(JsonNode? context) => context switch
    {
        null => null,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => new(value.GetValue<bool>()),
        JsonObject about => Of(about),
        _ => throw ApiError.BadInput("context", $"context is {context.Shortened()}; accepted are true, false, and an object of {string.Join(", ", Fields)}."),
    };

    private static ContextAsk Of(JsonObject about)
    {
        if (about.Select(field => field.Key).FirstOrDefault(name => !Fields.Contains(name)) is { } unknown)
        {
            throw ApiError.BadInput("context", $"context has the unknown field {JsonValue.Create(unknown).Shortened()}; accepted are {string.Join(", ", Fields)}.");
        }

        return new(
            true, about.TextOf("query", ContextQuestion.LongestQuery, "context.query"), Text("city"), Text("state"), Text("role"), Text("client"),
            about.NumberOf("max_tokens", "context.max_tokens", 1, ContextQuestion.MostTokens));

        string? Text(string field) => about.TextOf(field, ContextQuestion.LongestName, $"context.{field}");
    }
}
