using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Errors;

/// <summary>Fields of a request's JSON, typed, or a 400 that names them.</summary>
internal static class JsonFields
{
    /// <summary>A short text that may come into the ledger, whose Postgres takes no U+0000: no control characters.</summary>
    public static string? OptionalText(this JsonObject body, string field) => body[field] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? text) && text.Any(char.IsControl) =>
            throw ApiError.BadInput(field, $"{field} is {value.Shortened()}, which has a control character; accepted is a text of 1 to 200 characters without any."),
        JsonValue value when value.TryGetValue(out string? text) && text.Length is > 0 and <= 200 => text,
        var other => throw ApiError.BadInput(field, $"{field} is {other.Shortened()}; accepted is a text of 1 to 200 characters."),
    };

    public static bool OptionalFlag(this JsonObject? body, string field) => body?[field] switch
    {
        null => false,
        JsonValue value when value.TryGetValue(out bool flag) => flag,
        var other => throw ApiError.BadInput(field, $"{field} is {other.Shortened()}; accepted are true and false."),
    };

    public static JsonObject? OptionalObject(this JsonObject body, string field) => body[field] switch
    {
        null => null,
        JsonObject value => value,
        var other => throw ApiError.BadInput(field, $"{field} is {other.Shortened()}; accepted is an object."),
    };

    public static string Shortened(this JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length <= 80 ? text : text[..80] + "…";
    }
}
