using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Sessions;

/// <summary>Fields of a JSON object that a caller sent, each checked; what is not known is refused by name.</summary>
internal static class BodyFields
{
    public static JsonObject AcceptOnly(this JsonObject body, params string[] names)
    {
        var unknown = body.Select(field => field.Key).FirstOrDefault(name => !names.Contains(name));
        return unknown is null ? body : throw ApiError.BadInput(Shorten(unknown), $"Unknown field '{Shorten(unknown)}'; accepted are {string.Join(", ", names)}.");
    }

    public static string? TextOf(this JsonObject body, string field, int most, string? at = null)
    {
        at ??= field;
        try
        {
            return body[field] switch
            {
                null => null,
                JsonValue value when value.TryGetValue(out string? text) && text.Length >= 1 && text.Length <= most && !text.Contains('\0', StringComparison.Ordinal) => text,
                var other => throw ApiError.BadInput(at, $"{at} is {Shorten(other.ToJsonString())}; accepted is a text of 1 to {most} characters."),
            };
        }
        catch (InvalidOperationException)
        {
            throw ApiError.BadInput(at, $"{at} is no Unicode; accepted is text without unpaired surrogates.");
        }
    }

    public static long? NumberOf(this JsonObject body, string field, string at, long least, long most) => body[field] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out long number) && number >= least && number <= most => number,
        var other => throw ApiError.BadInput(at, $"{at} is {Shorten(other.ToJsonString())}; accepted is a whole number from {least} to {most}."),
    };

    public static JsonObject? ObjectOf(this JsonObject body, string field) => body[field] switch
    {
        null => null,
        JsonObject value => value,
        var other => throw ApiError.BadInput(field, $"{field} is {Shorten(other.ToJsonString())}; accepted is an object."),
    };

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
