using System.Globalization;
using System.Text;
using Lakehouse.BotWorker.Forges;

namespace Lakehouse.BotWorker.Cycles.PullRequests;

/// <summary>What people said of a gap's earlier pull requests, as the model reads it: always data between markers, never part of the rules.</summary>
internal static class ReviewBlock
{
    /// <summary>Characters of all of it; what is newest stays.</summary>
    private const int Longest = 8_000;

    /// <returns>Null where there was no pull request.</returns>
    public static string? Render(GapPulls? pulls)
    {
        if (pulls is null || pulls.Notes.Count == 0)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var pull in pulls.Notes)
        {
            text.Append(CultureInfo.InvariantCulture, $"Pull request {pull.Number}, {State(pull.State)}{(pull.Notes.Count == 0 ? ", without a word" : "")}:\n");
            foreach (var note in pull.Notes)
            {
                var about = string.Concat(note.Verdict is null ? "" : $" ({note.Verdict})", note.Path is null ? "" : $" on {OneLine(note.Path)}");
                text.Append(CultureInfo.InvariantCulture, $"- {note.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {OneLine(note.Author)}{about}: {OneLine(note.Text)}\n");
            }
        }

        return (text.Length <= Longest ? text.ToString() : "…" + text.ToString()[^Longest..]).TrimEnd();
    }

    private static string State(PullRequestState state) => state switch
    {
        PullRequestState.Open => "still open",
        PullRequestState.Merged => "merged",
        _ => "closed by a person without merging it",
    };

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
