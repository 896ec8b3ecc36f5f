namespace Lakehouse.BotWorker.Cycles.PullRequests;

/// <summary>What a person may ask for in a comment on a pull request.</summary>
internal enum CommentCommand
{
    /// <summary>Propose once more: onto the open pull request, or as a new one when it was closed.</summary>
    Redo,

    /// <summary>Leave the pull request as it is.</summary>
    Stop,

    /// <summary>Leave the gap alone until its line changes.</summary>
    Ignore,
}

/// <param name="Hint">The rest of the comment: data for the prompt, at most 2,000 characters.</param>
internal sealed record AskedCommand(CommentCommand Command, string By, string Hint, DateTimeOffset At)
{
    private const int LongestHint = 2_000;

    private static readonly Dictionary<string, CommentCommand> Words = Enum.GetValues<CommentCommand>()
        .ToDictionary(command => "/" + command.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>The last command of a comment: the first word of a line that is neither quoted nor code.</summary>
    public static AskedCommand? Of(string author, string body, DateTimeOffset at)
    {
        CommentCommand? found = null;
        var isCode = false;
        var hint = new List<string>();
        foreach (var line in body.ReplaceLineEndings("\n").Split('\n'))
        {
            isCode ^= line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            var (word, after) = Split(line);
            // four blanks make a line code, and a quote begins with '>'
            if (!isCode && !line.StartsWith("    ", StringComparison.Ordinal) && !line.StartsWith('\t') && Words.TryGetValue(word, out var command))
            {
                found = command;
                hint.Add(after);
            }
            else
            {
                hint.Add(line.TrimEnd());
            }
        }

        var text = string.Join('\n', hint).Trim();
        return found is { } asked ? new AskedCommand(asked, author, text.Length <= LongestHint ? text : text[..LongestHint] + "…", at) : null;
    }

    private static (string Word, string After) Split(string line)
    {
        var trimmed = line.Trim();
        var end = trimmed.IndexOfAny([' ', '\t']);
        return end < 0 ? (trimmed, "") : (trimmed[..end], trimmed[end..].Trim());
    }
}
