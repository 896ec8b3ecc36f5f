using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;

namespace Lakehouse.Gateway.Keys;

/// <summary>A JSON object whose fields are all known and are taken one by one; what is wrong is refused by its name.</summary>
/// <param name="prefix">Where the object itself is a field: its name and a dot.</param>
internal sealed class BodyFields(JsonObject body, string prefix = "")
{
    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"];

    public bool IsEmpty => body.Count == 0;

    public bool Has(string name) => body.ContainsKey(name);

    public BodyFields Only(params IReadOnlyList<string> accepted)
    {
        foreach (var (name, _) in body)
        {
            if (!accepted.Contains(name, StringComparer.Ordinal))
            {
                throw ApiError.BadInput(prefix + name, $"{prefix}{name} is not a field here; accepted are {string.Join(", ", accepted)}.");
            }
        }

        return this;
    }

    public string Text(string name, string accepted, Func<string, bool> isAccepted) =>
        TextOf(body[name]) is { } text && isAccepted(text) ? text : throw Wrong(name, accepted);

    public bool Flag(string name) => body[name] switch
    {
        null => false,
        JsonValue value when value.TryGetValue(out bool flag) => flag,
        _ => throw Wrong(name, "true or false"),
    };

    /// <returns>Null for a null.</returns>
    public long? Number(string name, long least, long most, string accepted)
    {
        var number = 0L;
        return body[name] is null ? null
            : body[name] is JsonValue value && value.TryGetValue(out number) && number >= least && number <= most ? number
            : throw Wrong(name, accepted);
    }

    public DateTimeOffset? Time(string name, string accepted, Func<DateTimeOffset, bool> isAccepted)
    {
        if (body[name] is null)
        {
            return null;
        }

        var text = Text(name, accepted, _ => true);
        return DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && isAccepted(time)
            ? time
            : throw Wrong(name, accepted);
    }

    public IReadOnlyList<string> Texts(string name, string accepted, int most, Func<string, bool> isAccepted)
    {
        if (body[name] is null)
        {
            return [];
        }

        if (body[name] is not JsonArray list || list.Count > most)
        {
            throw Wrong(name, $"a list of at most {most}, each {accepted}");
        }

        return [.. list.Select((item, at) => TextOf(item) is { } text && isAccepted(text)
            ? text
            : throw Wrong(item, $"{name}[{at}]", accepted))];
    }

    public BodyFields? Object(string name) => body[name] switch
    {
        null => null,
        JsonObject inner => new(inner, $"{prefix}{name}."),
        _ => throw Wrong(name, "an object"),
    };

    private static string Shown(JsonNode? value)
    {
        try
        {
            return value?.ToJsonString(JsonSerializerOptions.Web) ?? "null";
        }
        catch (InvalidOperationException)
        {
            return "text with half a character in it";
        }
    }

    private static string? TextOf(JsonNode? node)
    {
        try
        {
            return node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
        }
        catch (InvalidOperationException)
        {
            // half of a surrogate pair, which is JSON but no text
            return null;
        }
    }

    private ApiError Wrong(string name, string accepted) => body.ContainsKey(name)
        ? Wrong(body[name], name, accepted)
        : ApiError.BadInput(prefix + name, $"{prefix}{name} is missing; accepted is {accepted}.");

    private ApiError Wrong(JsonNode? value, string name, string accepted)
    {
        const int most = 100;
        var shown = Shown(value);
        return ApiError.BadInput(prefix + name, $"{prefix}{name} is {(shown.Length > most ? shown[..most] + "…" : shown)}; accepted is {accepted}.");
    }
}
