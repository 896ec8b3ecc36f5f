using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Sessions;

/// <summary>
/// Fits a session's history and the new messages into a model's context window. Oldest tool results go first, then oldest
/// turns. What stays, whatever the size: the new messages, instructions, and the turn whose tool calls the new messages answer.
/// </summary>
internal static class HistoryFit
{
    /// <summary>In the place of a tool result that was left out. Constant, so that it is not shortened again.</summary>
    public const string Note = "[result left out to fit the context window]";

    /// <param name="budgetTokens">For the history and the new messages together.</param>
    /// <param name="size">Tokens of a message; null = <see cref="MessageSize.Bound"/>.</param>
    public static FittedHistory Fit(IReadOnlyList<JsonObject> history, IReadOnlyList<JsonObject> newMessages, long budgetTokens, Func<JsonObject, long>? size = null)
    {
        size ??= MessageSize.Bound;
        var once = SaidOnce(history, newMessages);
        var turns = HistoryTurns.Group(once, newMessages);
        var room = budgetTokens - newMessages.Sum(size) - turns.SelectMany(turn => turn.Messages).Sum(size);
        var shortened = new HashSet<JsonObject>(ReferenceEqualityComparer.Instance);
        room = Shorten(turns, room, size, shortened);
        Drop(turns, room, size);

        List<JsonObject> kept = [.. turns.SelectMany(turn => turn.Messages)];
        var leftOut = new LeftOut(once.Count - kept.Count, kept.Count(shortened.Contains), once.Sum(size) - kept.Sum(size));
        return new([.. kept, .. newMessages], kept.Count, leftOut);
    }

    // Many clients send their instructions with every turn. Said twice, word for word, they are kept once: nothing is lost.
    private static List<JsonObject> SaidOnce(IReadOnlyList<JsonObject> history, IReadOnlyList<JsonObject> newMessages)
    {
        var said = newMessages.Where(IsSystem).ToList();
        var once = new List<JsonObject>();
        foreach (var message in history)
        {
            if (IsSystem(message))
            {
                if (said.Exists(other => JsonNode.DeepEquals(other, message)))
                {
                    continue;
                }

                said.Add(message);
            }

            once.Add(message);
        }

        return once;
    }

    private static long Shorten(List<HistoryTurn> turns, long room, Func<JsonObject, long> size, HashSet<JsonObject> shortened)
    {
        foreach (var step in turns.SelectMany(turn => turn.Steps))
        {
            for (var index = 0; index < step.Results.Count && room < 0; index++)
            {
                var note = step.Results[index].DeepClone().AsObject();
                note["content"] = Note;
                var saved = size(step.Results[index]) - size(note);
                if (saved > 0)
                {
                    step.Results[index] = note;
                    shortened.Add(note);
                    room += saved;
                }
            }
        }

        return room;
    }

    private static void Drop(List<HistoryTurn> turns, long room, Func<JsonObject, long> size)
    {
        while (room < 0 && turns.FindIndex(turn => !turn.IsSystem && !turn.IsOpen) is >= 0 and var oldest)
        {
            do
            {
                room += turns[oldest].Messages.Sum(size);
                turns.RemoveAt(oldest);
                // what the assistant said after an instruction belongs to the turn that just went
                oldest = turns.FindIndex(turn => !turn.IsSystem);
            }
            while (oldest >= 0 && !turns[oldest].IsOpen && !turns[oldest].StartsWithUser);
        }
    }

    private static bool IsSystem(JsonObject message) => message["role"]?.ToString() is "system" or "developer";
}

/// <param name="Messages">What to send: the history that is left, then the new messages.</param>
/// <param name="HistoryCount">How many of them are history.</param>
internal sealed record FittedHistory(IReadOnlyList<JsonObject> Messages, int HistoryCount, LeftOut LeftOut);

/// <summary>What of the history is not sent.</summary>
/// <param name="DroppedTokens">Tokens that went with both.</param>
internal sealed record LeftOut(int DroppedMessages, int ShortenedToolResults, long DroppedTokens)
{
    public static readonly LeftOut Nothing = new(0, 0, 0);
}
