using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Observer.Ingest;

/// <summary>The fields of one event's JSON, by type. Each refusal names the field, its value and what is accepted.</summary>
internal sealed class EventFields(JsonElement body)
{
    private const int MaxKey = 200;

    public Dictionary<string, string[]> Errors { get; } = new(StringComparer.Ordinal);

    public IEnumerable<JsonProperty> All => body.EnumerateObject();

    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    public void Refuse(string field, string problem) => Errors[field] = [$"{field} {problem}"];

    public string? Text(string field)
    {
        if (Find(field) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Refuse(field, $"is a {Kind(value)}; accepted is a string.");
            return null;
        }

        return value.GetString();
    }

    /// <summary>Short text that things are counted or found by; blank is the same as missing.</summary>
    public string? Key(string field)
    {
        var text = Text(field)?.Trim();
        if (text?.Length > MaxKey)
        {
            Refuse(field, $"has {text.Length} characters; accepted are at most {MaxKey}.");
        }

        return string.IsNullOrEmpty(text) ? null : text;
    }

    public string RequiredKey(string field)
    {
        var text = Key(field);
        if (text is null && !Errors.ContainsKey(field))
        {
            Refuse(field, "is missing or empty; accepted is a string that says what was done, such as 'bot.cycle'.");
        }

        return text ?? "";
    }

    public bool Ok()
    {
        var (ok, success) = (Flag("ok"), Flag("success"));
        if (ok is null && success is null && !Errors.ContainsKey("ok") && !Errors.ContainsKey("success"))
        {
            Refuse("ok", "is missing; accepted are true and false (as 'ok' or 'success').");
        }
        else if (ok is not null && success is not null && ok != success)
        {
            Refuse("ok", "and 'success' disagree; send one of them.");
        }

        return ok ?? success ?? false;
    }

    public DateTimeOffset? Time(string field)
    {
        if (Find(field) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time))
        {
            // a time without an offset is UTC, not whatever this machine's zone is
            return value.TryGetDateTime(out var plain) && plain.Kind == DateTimeKind.Unspecified ? new DateTimeOffset(plain, TimeSpan.Zero) : time.ToUniversalTime();
        }

        Refuse(field, $"is {value.GetRawText()}; accepted is an ISO 8601 time such as \"2026-04-22T03:15:00.000Z\".");
        return null;
    }

    /// <summary>Milliseconds; clocks often report fractions, which are rounded.</summary>
    public long? Duration(string field)
    {
        if (Find(field) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number is >= 0 and < 1e15)
        {
            return (long)Math.Round(number, MidpointRounding.AwayFromZero);
        }

        Refuse(field, $"is {value.GetRawText()}; accepted is a number of milliseconds, 0 or more.");
        return null;
    }

    public long? Count(string field)
    {
        if (Find(field) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0)
        {
            return number;
        }

        Refuse(field, $"is {value.GetRawText()}; accepted is a whole number, 0 or more.");
        return null;
    }

    public JsonObject? Object(string field)
    {
        if (Find(field) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return JsonNode.Parse(value.GetRawText())!.AsObject();
        }

        Refuse(field, $"is a {Kind(value)}; accepted is an object.");
        return null;
    }

    private bool? Flag(string field)
    {
        if (Find(field) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Refuse(field, $"is {value.GetRawText()}; accepted are true and false.");
        return null;
    }

    private JsonElement? Find(string field) =>
        body.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
