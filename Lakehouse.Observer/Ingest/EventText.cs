using System.Text.Json;

namespace Lakehouse.Observer.Ingest;

/// <summary>
/// Finds text that is valid JSON but no text: half a surrogate pair, bytes that are not UTF-8, and U+0000, which
/// PostgreSQL cannot store. Found here it is the sender's 400, not our 500.
/// </summary>
internal static class EventText
{
    /// <returns>The top-level field that holds such text, and what is wrong; null when all is well.</returns>
    public static (string Field, string Problem)? FindUnstorable(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var field = "";
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.String))
            {
                continue;
            }

            if (ProblemOf(ref reader, out var text) is { } problem)
            {
                return (field, problem);
            }

            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
            {
                field = text;
            }
        }

        return null;
    }

    private static string? ProblemOf(ref Utf8JsonReader reader, out string text)
    {
        try
        {
            text = reader.GetString() ?? "";
            return text.Contains('\0', StringComparison.Ordinal) ? "contains U+0000, which cannot be stored" : null;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return "contains text that is not valid Unicode";
        }
    }
}
