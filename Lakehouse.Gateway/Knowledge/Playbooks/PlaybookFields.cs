using System.Globalization;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Knowledge.Playbooks;

/// <summary>Fields of a playbook in a caller's JSON, each within its limits or refused by name.</summary>
internal static class PlaybookFields
{
    public const int MostNames = 100;
    public const int MostDocuments = 20;
    public const int LongestApproach = 4_000;
    public const int LongestName = 100;
    private const int LongestUrl = 2_000;

    public static string? Approach(this JsonObject body) => body.TextOf("approach", LongestApproach);

    public static string Needed(this JsonObject body, string field, int most) =>
        body.TextOf(field, most) ?? throw ApiError.BadInput(field, $"{field} is missing; accepted is a text of 1 to {most} characters.");

    public static bool NeededFlag(this JsonObject body, string field) => body[field] is JsonValue value && value.TryGetValue(out bool flag)
        ? flag
        : throw ApiError.BadInput(field, $"{field} is {body[field].Shortened()}; accepted are true and false.");

    public static string? State(this JsonObject body) => body.TextOf("state", 2) switch
    {
        null => null,
        [>= 'A' and <= 'Z', >= 'A' and <= 'Z'] state => state,
        var other => throw ApiError.BadInput("state", $"state is '{other}'; accepted are two capital letters such as OH."),
    };

    /// <returns>In the order given, each once, whatever its case; null = the field is not there.</returns>
    public static IReadOnlyList<string>? Names(this JsonObject body, string field)
    {
        if (body[field] is null)
        {
            return null;
        }

        var names = body.ListOf(field, MostNames).Select((entry, index) =>
            new JsonObject { [$"{field}[{index}]"] = entry?.DeepClone() }.TextOf($"{field}[{index}]", LongestName)?.Trim() is { Length: > 0 } name
                ? name
                : throw ApiError.BadInput($"{field}[{index}]", $"{field}[{index}] is {entry.Shortened()}; accepted is a worker's id or name of 1 to {LongestName} characters."));
        return [.. names.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    public static IReadOnlyList<PlaybookDocument>? Documents(this JsonObject body, DateTimeOffset now) => body["documents"] is null
        ? null
        : [.. body.ListOf("documents", MostDocuments).Select((entry, index) => Document(entry, $"documents[{index}]", now))];

    public static JsonArray ListOf(this JsonObject body, string field, int most) => body[field] is JsonArray list && list.Count <= most
        ? list
        : throw ApiError.BadInput(field, $"{field} is {(body[field] is JsonArray many ? $"a list of {many.Count}" : body[field].Shortened())}; accepted is a list of at most {most}.");

    public static DateTimeOffset? TimeOf(this JsonObject body, string field, string at) => body[field] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) => time,
        var other => throw ApiError.BadInput(at, $"{at} is {other.Shortened()}; accepted is a time such as 2026-04-22T03:15:00Z."),
    };

    /// <summary>The fields of <paramref name="entry"/>, which a message calls <c>documents[0].tool</c>.</summary>
    public static JsonObject Entry(JsonNode? entry, string at, params string[] fields)
    {
        var body = entry as JsonObject ?? throw ApiError.BadInput(at, $"{at} is {entry.Shortened()}; accepted is an object with {string.Join(", ", fields)}.");
        return body.Select(field => field.Key).FirstOrDefault(name => !fields.Contains(name)) is { } unknown
            ? throw ApiError.BadInput(at, $"{at} has the unknown field '{(unknown.Length <= 80 ? unknown : unknown[..80] + "…")}'; accepted are {string.Join(", ", fields)}.")
            : body;
    }

    private static PlaybookDocument Document(JsonNode? entry, string at, DateTimeOffset now)
    {
        var body = Entry(entry, at, "tool", "version_seen", "snippet_hash", "source_url", "seen_at");
        var seen = body.TimeOf("seen_at", $"{at}.seen_at") ?? now;
        return seen > now
            ? throw ApiError.BadInput($"{at}.seen_at", $"{at}.seen_at is {seen:O}; accepted is a time that has passed.")
            : new(body.Needed("tool", LongestName), body.TextOf("version_seen", LongestName), body.TextOf("snippet_hash", 128), Url(body, at), seen);
    }

    private static string? Url(JsonObject body, string at) => body.TextOf("source_url", LongestUrl) switch
    {
        null => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme is "http" or "https") => text,
        var other => throw ApiError.BadInput($"{at}.source_url", $"{at}.source_url is '{(other.Length <= 80 ? other : other[..80] + "…")}'; accepted is an address with http or https."),
    };
}
