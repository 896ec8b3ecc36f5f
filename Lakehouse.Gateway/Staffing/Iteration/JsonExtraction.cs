using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Staffing.Iteration;

/// <summary>Finds the JSON object in what a model said: bare, in a fence, in prose, or with something behind it.</summary>
internal static class JsonExtraction
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <returns>
    /// The largest object that is in no other, of equals the last: models show small examples beside their answer. Null where there is none;
    /// <c>CutOff</c> where one begins and does not end, whose inner objects are not the answer.
    /// </returns>
    public static (JsonObject? Found, bool CutOff) Find(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var (found, size) = ((JsonObject?)null, 0);
        for (var at = 0; Next(bytes, at) is var start and >= 0;)
        {
            if (Length(bytes.AsSpan(start)) is not { } length)
            {
                return (found, found is null);
            }

            if (length >= Math.Max(1, size) && Parse(bytes.AsSpan(start, length)) is { } one)
            {
                (found, size) = (one, length);
            }

            at = start + Math.Max(1, length);
        }

        return (found, false);
    }

    private static int Next(byte[] bytes, int from) => bytes.AsSpan(from).IndexOf((byte)'{') is var next and >= 0 ? from + next : -1;

    /// <returns>Bytes of the object that begins here; 0 = it is none; null = the text ends before it does.</returns>
    private static int? Length(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, default);
        try
        {
            return reader.Read() && reader.TrySkip() ? (int)reader.BytesConsumed : null;
        }
        catch (JsonException)
        {
            return 0;
        }
    }

    // a field said twice or half of a surrogate pair is no JSON that anybody could check
    private static JsonObject? Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var parsed = JsonNode.Parse(bytes, documentOptions: Strict)!.AsObject();
            return IsText(parsed) ? parsed : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsText(JsonNode? node)
    {
        try
        {
            return node switch
            {
                JsonObject fields => fields.All(field => IsText(field.Value)),
                JsonArray list => list.All(IsText),
                JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>() is not null,
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
