using System.Text;
using System.Text.Json;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>Reads a model's answer: one JSON object, bare, fenced, or inside prose. Strict about what is in it.</summary>
internal static class ProposalParser
{
    private static readonly string[] Answers = ["files", "nothing_to_do", "cannot"];

    public static ProposalAnswer Parse(string text)
    {
        using var document = Find(text);
        var root = document.RootElement;
        var given = Answers.Where(name => root.TryGetProperty(name, out _)).ToList();
        return given switch
        {
            ["files"] => new ProposalAnswer.Files(ReadProposal(root)),
            ["nothing_to_do"] => new ProposalAnswer.NothingToDo(Text(root, "nothing_to_do", "nothing_to_do")),
            ["cannot"] => new ProposalAnswer.Cannot(Text(root, "cannot", "cannot")),
            _ => throw new ProposalFormatException($"The answer has {string.Join(" and ", given.Select(name => $"'{name}'"))}; exactly one is accepted."),
        };
    }

    // The first object that has one of the accepted names wins: models like to think aloud in JSON-looking prose.
    private static JsonDocument Find(string text)
    {
        string? problem = null;
        var bytes = Encoding.UTF8.GetBytes(text);
        var position = 0;
        while (bytes.AsSpan(position).IndexOf((byte)'{') is >= 0 and var next)
        {
            position += next;
            try
            {
                // not the final block, so that an object that is cut off is told from one that is wrong
                var reader = new Utf8JsonReader(bytes.AsSpan(position), isFinalBlock: false, state: default);
                if (!JsonDocument.TryParseValue(ref reader, out var document))
                {
                    problem ??= "The answer's JSON object is cut off: it is not closed.";
                    position++;
                    continue;
                }

                if (Answers.Any(name => document.RootElement.TryGetProperty(name, out _)))
                {
                    return document;
                }

                document.Dispose();
                problem ??= "The answer's JSON object has none of 'files', 'nothing_to_do' and 'cannot'.";
                position += (int)reader.BytesConsumed;
            }
            catch (JsonException invalid)
            {
                problem ??= $"The answer's JSON is not valid: {invalid.Message}";
                position++;
            }
        }

        throw new ProposalFormatException(problem ?? "The answer holds no JSON object.");
    }

    private static Proposal ReadProposal(JsonElement root)
    {
        var summary = Text(root, "summary", "summary");
        var files = root.GetProperty("files");
        if (files.ValueKind != JsonValueKind.Array)
        {
            throw Wrong("files", "an array", files);
        }

        if (files.GetArrayLength() == 0)
        {
            throw new ProposalFormatException("'files' is empty; say {\"nothing_to_do\": \"…\"} when there is nothing to change.");
        }

        return new Proposal(summary, [.. files.EnumerateArray().Select(ReadFile)]);
    }

    private static ProposedFile ReadFile(JsonElement file, int index)
    {
        var at = $"files[{index}]";
        if (file.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(at, "an object", file);
        }

        var path = Text(file, "path", $"{at}.path");
        var content = Member(file, "content", $"{at}.content");
        if (content.ValueKind != JsonValueKind.String)
        {
            throw Wrong($"{at}.content", "a string", content);
        }

        var isNew = Member(file, "is_new", $"{at}.is_new");
        return isNew.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? new ProposedFile(path, String(content, $"{at}.content"), isNew.GetBoolean())
            : throw Wrong($"{at}.is_new", "true or false", isNew);
    }

    private static string Text(JsonElement owner, string name, string at)
    {
        var value = Member(owner, name, at);
        if (value.ValueKind != JsonValueKind.String)
        {
            throw Wrong(at, "a string", value);
        }

        var text = String(value, at);
        return string.IsNullOrWhiteSpace(text) ? throw new ProposalFormatException($"'{at}' is empty.") : text;
    }

    private static string String(JsonElement value, string at)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new ProposalFormatException($"'{at}' holds half of a surrogate pair, which is no text.");
        }
    }

    private static JsonElement Member(JsonElement owner, string name, string at) =>
        owner.TryGetProperty(name, out var value) ? value : throw new ProposalFormatException($"'{at}' is missing.");

    private static ProposalFormatException Wrong(string at, string expected, JsonElement found) =>
        new($"'{at}' must be {expected}, not {found.ValueKind.ToString().ToLowerInvariant()}.");
}
