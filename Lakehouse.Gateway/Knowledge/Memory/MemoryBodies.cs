using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Knowledge.Memory;

/// <summary>The bodies of <c>/v1/memory</c>, checked. What has another shape is refused by its name; nothing is guessed.</summary>
internal static partial class MemoryBodies
{
    private const string Blank = "text has nothing but marks and spaces; accepted is a text with words.";

    public static MemoryProposal Proposal(JsonObject body, Caller caller)
    {
        body.AcceptOnly("scope", "kind", "key", "text", "attributes", "source_kind", "source_id", "valid_from");
        var source = OneOf(body, "source_kind", MemorySource.All) ?? MemorySource.Person;
        return new(
            MemoryScope.Checked(caller, body.TextOf("scope", 200)), OneOf(body, "kind", MemoryKind.All) ?? throw Missing("kind", string.Join(", ", MemoryKind.All)), Key(body), Text(body),
            Attributes(body) ?? [], source, body.TextOf("source_id", MemoryLimits.SourceCharacters), MemoryTrust.Of(source, caller.Scopes.Admin), caller.Consumer, Time(body, "valid_from"));
    }

    public static MemoryRevision Revision(JsonObject body, Caller caller)
    {
        body.AcceptOnly("text", "attributes", "source_kind", "source_id", "reason");
        var source = OneOf(body, "source_kind", MemorySource.All) ?? MemorySource.Person;
        return new(
            Text(body), Attributes(body), source, body.TextOf("source_id", MemoryLimits.SourceCharacters), MemoryTrust.Of(source, caller.Scopes.Admin), caller.Consumer,
            body.TextOf("reason", MemoryLimits.ReasonCharacters));
    }

    public static string Reason(JsonObject body)
    {
        body.AcceptOnly("reason");
        return body.TextOf("reason", MemoryLimits.ReasonCharacters) ?? throw Missing("reason", $"a text of 1 to {MemoryLimits.ReasonCharacters} characters");
    }

    /// <returns>Whether it helped.</returns>
    public static bool Helped(JsonObject body)
    {
        body.AcceptOnly("outcome");
        return OneOf(body, "outcome", ["helpful", "harmful"]) is { } outcome ? outcome == "helpful" : throw Missing("outcome", "helpful, harmful");
    }

    public static DateTimeOffset? ParseTime(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static string Text(JsonObject body)
    {
        var text = body.TextOf("text", MemoryLimits.TextCharacters) ?? throw Missing("text", $"a text of 1 to {MemoryLimits.TextCharacters} characters");
        return text.Any(char.IsLetterOrDigit) ? text : throw ApiError.BadInput("text", Blank);
    }

    private static string? Key(JsonObject body)
    {
        var key = body.TextOf("key", MemoryLimits.KeyCharacters);
        return key is null || KeyPattern().IsMatch(key)
            ? key
            : throw ApiError.BadInput("key", $"key is {body["key"].Shortened()}; accepted is a to z, 0 to 9 and . : / _ -, a letter or digit first and last, such as client:acme/pay-day.");
    }

    private static JsonObject? Attributes(JsonObject body)
    {
        if (body.ObjectOf("attributes") is not { } attributes)
        {
            return null;
        }

        var bytes = Encoding.UTF8.GetByteCount(attributes.ToJsonString());
        if (bytes > MemoryLimits.AttributesBytes || attributes.Count > MemoryLimits.Attributes)
        {
            throw ApiError.BadInput("attributes", $"attributes has {attributes.Count} fields and {bytes} bytes; accepted are at most {MemoryLimits.Attributes} and {MemoryLimits.AttributesBytes}.");
        }

        foreach (var (name, value) in attributes)
        {
            if (!IsPlain(value) && !(value is JsonArray list && list.All(IsText)) || name.Contains('\0', StringComparison.Ordinal))
            {
                throw ApiError.BadInput($"attributes.{name}", $"attributes.{name} is {value.Shortened()}; accepted is a text, a number, true, false or a list of texts, without U+0000.");
            }
        }

        return attributes.DeepClone().AsObject();
    }

    private static bool IsPlain(JsonNode? value) => IsText(value) || value?.GetValueKind() is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;

    private static bool IsText(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String && !value.GetValue<string>().Contains('\0', StringComparison.Ordinal);

    private static string? OneOf(JsonObject body, string field, IReadOnlyList<string> accepted)
    {
        var text = body.TextOf(field, 200);
        return text is null || accepted.Contains(text) ? text : throw ApiError.BadInput(field, $"{field} is {body[field].Shortened()}; accepted is {string.Join(", ", accepted)}.");
    }

    private static DateTimeOffset? Time(JsonObject body, string field) => body.TextOf(field, 40) switch
    {
        null => null,
        { } text => ParseTime(text) ?? throw ApiError.BadInput(field, $"{field} is {body[field].Shortened()}; accepted is a time such as 2026-04-22T03:15:00Z or 2026-04-22."),
    };

    private static ApiError Missing(string field, string accepted) => ApiError.BadInput(field, $"{field} is missing; accepted is {accepted}.");

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9.:/_-]*[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KeyPattern();
}
