using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Chat;

/// <summary>Takes what the caller wrote out of a message that is kept: vendors repeat what they refuse, and so do our own refusals.</summary>
internal static class Unsaid
{
    private const string Mark = "[prompt]";

    /// <summary>Characters in a row that message and request have in common by more than chance.</summary>
    private const int Run = 12;

    /// <param name="body">A request in OpenAI's shape; of its texts only the model's name may stay.</param>
    public static string In(string message, JsonObject body)
    {
        if (message.Length < Run)
        {
            return message;
        }

        // a vendor may have written it in capitals, and with escapes of capital or small letters
        var runs = Enumerable.Range(0, message.Length - Run + 1).Select(at => message.Substring(at, Run)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var said = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in body.Where(field => field.Key != "model").SelectMany(field => Texts(field.Value)))
        {
            Collect(text, runs, said);
            var escaped = JsonEncodedText.Encode(text).Value;
            if (escaped.Length != text.Length)
            {
                Collect(escaped, runs, said);
            }
        }

        return said.Count == 0 ? message : Without(message, said);
    }

    private static void Collect(string text, HashSet<string> runs, HashSet<string> said)
    {
        var known = runs.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var at = 0; at + Run <= text.Length; at++)
        {
            if (known.TryGetValue(text.AsSpan(at, Run), out var run))
            {
                said.Add(run);
            }
        }
    }

    private static string Without(string message, HashSet<string> said)
    {
        var (clean, hiddenUntil) = (new StringBuilder(), 0);
        for (var at = 0; at < message.Length; at++)
        {
            if (at + Run <= message.Length && said.Contains(message.Substring(at, Run)))
            {
                clean.Append(at >= hiddenUntil ? Mark : "");
                hiddenUntil = at + Run;
            }

            clean.Append(at >= hiddenUntil ? message[at].ToString() : "");
        }

        return clean.ToString();
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue(out string? text) => [text],
        JsonArray list => list.SelectMany(Texts),
        JsonObject fields => fields.SelectMany(field => Texts(field.Value)),
        _ => [],
    };
}
