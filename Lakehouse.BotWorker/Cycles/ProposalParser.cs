using System.Text;
using System.Text.Json;

namespace Lakehouse.BotWorker.Cycles;

/// <summary>
/// Reads a model's answer: one JSON object, bare, fenced, or inside prose. Strict about files; the two answers without any are understood
/// however they are spelled (<see cref="SpelledAnswers"/>), because they are results and not failures.
/// </summary>
internal static class ProposalParser
{
    public static ProposalAnswer Parse(string text)
    {
        using var document = Find(text, out var problem);
        if (document is null)
        {
            return SpelledAnswers.InProse(text) ?? throw new ProposalFormatException(problem ?? "The answer holds no JSON object.");
        }

        var root = document.RootElement;
        // a model that fills in a form leaves the other answers empty
        var given = SpelledAnswers.In(root).ToList();
        var meant = given.Count > 1 ? given.Where(answer => !SpelledAnswers.IsEmpty(answer.Value)).ToList() : given;
        return meant switch
        {
            [{ Name: SpelledAnswers.Files }] => new ProposalAnswer.Files(ReadProposal(root)),
            [{ Name: SpelledAnswers.NothingToDo } nothing] => new ProposalAnswer.NothingToDo(Reason(root, nothing)),
            [{ Name: SpelledAnswers.Cannot } cannot] => new ProposalAnswer.Cannot(Reason(root, cannot)),
            _ => throw new ProposalFormatException($"The answer has {string.Join(" and ", given.Select(answer => $"'{answer.Name}'"))}; exactly one is accepted."),
        };
    }

    // The first object that has one of the accepted names wins: models like to think aloud in JSON-looking prose.
    private static JsonDocument? Find(string text, out string? problem)
    {
        problem = null;
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

                if (SpelledAnswers.In(document.RootElement).Any())
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

        return null;
    }

    private static string Reason(JsonElement root, SpelledAnswer answer) => SpelledAnswers.ReasonBeside(root, answer) ?? Text(answer.Value, answer.Name);

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
        var content = Member(file, "content", $"{at}.content", "a string");
        if (content.ValueKind != JsonValueKind.String)
        {
            throw Wrong($"{at}.content", "a string", content);
        }

        var isNew = Member(file, "is_new", $"{at}.is_new", "true or false");
        return isNew.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? new ProposedFile(path, String(content, $"{at}.content"), isNew.GetBoolean())
            : throw Wrong($"{at}.is_new", "true or false", isNew);
    }

    private static string Text(JsonElement owner, string name, string at)
    {
        return Text(Member(owner, name, at, "a string"), at);
    }

    private static string Text(JsonElement value, string at)
    {
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

    private static JsonElement Member(JsonElement owner, string name, string at, string expected) =>
        owner.TryGetProperty(name, out var value) ? value : throw new ProposalFormatException($"'{at}' is missing; it must be {expected}.");

    private static ProposalFormatException Wrong(string at, string expected, JsonElement found) =>
        new($"'{at}' must be {expected}, not {found.ValueKind.ToString().ToLowerInvariant()}.");
}
