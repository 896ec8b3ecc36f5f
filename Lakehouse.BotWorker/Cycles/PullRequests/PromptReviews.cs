namespace Lakehouse.BotWorker.Cycles.PullRequests;

/// <summary>One piece of what people said, or of what they said it about, for the prompt.</summary>
/// <param name="Introduction">Ours; stands before the markers.</param>
/// <param name="Name">Stands on the marker's line.</param>
/// <param name="Text">Theirs; stands between the markers.</param>
internal sealed record PromptReviews(string Introduction, string Name, string Text)
{
    /// <param name="past">Whether earlier pull requests are told; the text of a <c>/redo</c> is in any case.</param>
    public static IReadOnlyList<PromptReviews> Of(GapPulls? pulls, bool past)
    {
        var parts = new List<PromptReviews>();
        if (past && pulls?.EarlierPatch is { } patch)
        {
            parts.Add(new("What you proposed before for this gap. It is not in the files below: your answer takes its place as a whole.", "earlier proposal", patch));
        }

        if (past && ReviewBlock.Render(pulls) is { } said)
        {
            parts.Add(new("What reviewers said on the pull requests of this gap. Meet what they ask of the code, as far as the rules allow.", "reviews", said));
        }

        if (pulls?.Redo is { Hint.Length: > 0 } redo)
        {
            parts.Add(new("A reviewer asked for another try, and wants of the code:", "request", redo.Hint));
        }

        return parts;
    }
}
