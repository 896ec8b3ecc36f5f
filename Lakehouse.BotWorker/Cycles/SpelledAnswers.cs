using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lakehouse.BotWorker.Cycles;

/// <param name="Name">One of the names of <see cref="SpelledAnswers"/>.</param>
internal sealed record SpelledAnswer(string Name, JsonElement Value);

/// <summary>The ways in which models spell the three answers.</summary>
internal static partial class SpelledAnswers
{
    public const string Files = "files";
    public const string NothingToDo = "nothing_to_do";
    public const string Cannot = "cannot";

    private const int LongestProse = 2_000;

    private static readonly HashSet<string> Nothing = ["nothingtodo", "nothing", "noop", "nochange", "nochanges", "nochangesneeded", "alreadydone", "nothingtochange"];
    private static readonly HashSet<string> Unable = ["cannot", "cant", "unable", "cannotdo", "impossible", "blocked", "missingdata", "refuse", "refused"];
    private static readonly string[] Reasons = ["reason", "because", "why", "explanation", "message", "details", "summary"];
    private static readonly string[] Statuses = ["status", "answer", "result", "outcome", "action", "type", "kind"];

    /// <summary>Every member that is one of the answers, under its proper name. <c>{"status": "nothing to do"}</c> is one, too.</summary>
    public static IEnumerable<SpelledAnswer> In(JsonElement root)
    {
        var direct = root.EnumerateObject().Select(member => (Name: NameOf(member.Name), member.Value)).Where(member => member.Name is not null)
            .Select(member => new SpelledAnswer(member.Name!, member.Value)).ToList();
        return direct.Count > 0 ? direct : Statuses.Select(name => Status(root, name)).OfType<SpelledAnswer>().Take(1);
    }

    public static bool IsEmpty(JsonElement value) =>
        value.ValueKind is JsonValueKind.Null or JsonValueKind.False
        || (value.ValueKind == JsonValueKind.String && value.ValueEquals(""))
        || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);

    /// <summary>Where the answer itself is no reason (<c>true</c>, an object, a status): what stands in or beside it.</summary>
    /// <returns>Null where the answer is to be the reason.</returns>
    public static string? ReasonBeside(JsonElement root, SpelledAnswer answer)
    {
        var isStatus = answer.Value.ValueKind == JsonValueKind.String && NameOf(answer.Value.GetString()!) == answer.Name;
        return answer.Value.ValueKind switch
        {
            JsonValueKind.Object => TextIn(answer.Value),
            JsonValueKind.True => TextIn(root),
            _ when isStatus => TextIn(root) ?? answer.Value.GetString(),
            _ => null,
        };
    }

    /// <summary>"Nothing to do: …", "I cannot do this, because …", where the whole answer is that and holds no object.</summary>
    public static ProposalAnswer? InProse(string text)
    {
        var plain = text.Trim().Trim('*', '_', '#', '>', '`', '"', ' ');
        return plain.Length > LongestProse || plain.Contains('{', StringComparison.Ordinal) ? null
            : NothingInProse().IsMatch(plain) ? new ProposalAnswer.NothingToDo(plain)
            : CannotInProse().IsMatch(plain) ? new ProposalAnswer.Cannot(plain)
            : null;
    }

    private static SpelledAnswer? Status(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && IsText(value, out var text) && NameOf(text) is { } answer and not Files
            ? new(answer, value)
            : null;

    private static string? NameOf(string spelled)
    {
        var letters = string.Concat(spelled.Where(char.IsAsciiLetter)).ToLowerInvariant();
        return letters == Files && spelled.All(char.IsAsciiLetterLower) ? Files : Nothing.Contains(letters) ? NothingToDo : Unable.Contains(letters) ? Cannot : null;
    }

    private static string? TextIn(JsonElement owner) => Reasons
        .Select(name => owner.TryGetProperty(name, out var value) && IsText(value, out var text) && !string.IsNullOrWhiteSpace(text) ? text : null)
        .FirstOrDefault(text => text is not null);

    // half of a surrogate pair is no text
    private static bool IsText(JsonElement value, out string text)
    {
        try
        {
            text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
            return value.ValueKind == JsonValueKind.String;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    [GeneratedRegex(@"^(there is )?(nothing[ _-](is )?(left )?to[ _-](do|change|be done)|no[ _-]?op\b|no changes? (is |are )?(needed|required|necessary))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NothingInProse();

    [GeneratedRegex(@"^(i )?(cannot|can not|can't|can’t|am unable to|am not able to|unable to)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CannotInProse();
}
