using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Sessions;

/// <summary>
/// Groups a stored history into turns that a vendor accepts. Two writers of one session may have come between a tool call and
/// its result: the result goes back to its call, and a call that was never answered, or a result without a call, goes.
/// </summary>
internal static class HistoryTurns
{
    public static List<HistoryTurn> Group(IReadOnlyList<JsonObject> history, IReadOnlyList<JsonObject> newMessages)
    {
        var turns = new List<HistoryTurn>();
        HistoryTurn? current = null;
        foreach (var message in history)
        {
            switch (message["role"]?.ToString())
            {
                case "system" or "developer":
                    turns.Add(new HistoryTurn(isSystem: true) { Steps = { new(message) } });
                    current = null;
                    break;
                case "tool":
                    Calls(turns).FirstOrDefault(step => step.Unanswered.Contains(HistoryStep.IdOf(message)))?.Answer(message);
                    break;
                case "user":
                    turns.Add(current = new HistoryTurn(isSystem: false) { Steps = { new(message) } });
                    break;
                default:
                    if (current is null)
                    {
                        turns.Add(current = new HistoryTurn(isSystem: false));
                    }

                    current.Steps.Add(new(message));
                    break;
            }
        }

        Open(turns, newMessages);
        RemoveUnanswered(turns);
        return turns;
    }

    // latest first: some models number their calls anew in every reply
    private static IEnumerable<HistoryStep> Calls(List<HistoryTurn> turns) =>
        turns.AsEnumerable().Reverse().SelectMany(turn => turn.Steps.AsEnumerable().Reverse());

    // The new messages begin with tool results: the turn whose calls they answer becomes the last.
    private static void Open(List<HistoryTurn> turns, IReadOnlyList<JsonObject> newMessages)
    {
        var ids = newMessages.TakeWhile(message => message["role"]?.ToString() == "tool").Select(HistoryStep.IdOf).ToList();
        if (Calls(turns).FirstOrDefault(step => ids.Exists(step.Unanswered.Contains)) is not { } call)
        {
            return;
        }

        var at = turns.FindIndex(turn => turn.Steps.Contains(call));
        var open = turns[at];
        var later = open.Steps.IndexOf(call) + 1;
        if (later < open.Steps.Count)
        {
            var rest = new HistoryTurn(isSystem: false);
            rest.Steps.AddRange(open.Steps[later..]);
            turns.Insert(at + 1, rest);
            open.Steps.RemoveRange(later, open.Steps.Count - later);
        }

        open.IsOpen = true;
        call.Unanswered.Clear();
        turns.Remove(open);
        turns.Add(open);
    }

    private static void RemoveUnanswered(List<HistoryTurn> turns)
    {
        foreach (var turn in turns)
        {
            turn.Steps.RemoveAll(step => step.Unanswered.Count > 0);
        }

        turns.RemoveAll(turn => turn.Steps.Count == 0);
    }
}
