using System.Text.Json.Nodes;
using Lakehouse.Gateway.Sessions;

namespace Lakehouse.Gateway.Context;

/// <summary>The turns of the session, newest first. What was just said helps whatever the query is.</summary>
internal sealed class SessionContext(SessionHistory history, TimeProvider time) : IContextSource
{
    public string Name => "session";

    public bool IsContiguous => true;

    public async Task<ContextFindings> FindAsync(ContextQuestion question, CancellationToken cancellationToken)
    {
        if (question.SessionId is not { } id)
        {
            return new([], "no session_id was given");
        }

        var session = await history.LoadAsync(id, question.Consumer, cancellationToken);
        var stored = session.Stored.ToDictionary<SessionMessage, JsonObject>(message => message.Message, ReferenceEqualityComparer.Instance);
        var turns = HistoryTurns.Group(session.Messages, []);
        var items = turns.Select((turn, index) =>
        {
            List<JsonObject> messages = [.. turn.Messages];
            var places = messages.Select(message => stored[message]).ToList();
            var (first, last) = (places.Min(place => place.Seq), places.Max(place => place.Seq));
            var back = turns.Count - 1 - index;
            var age = time.GetUtcNow() - places.Max(place => place.CreatedAt);
            return new ContextItem(
                $"{id}#{first}-{last}", turn.IsSystem ? "session_instruction" : "session_turn", null, messages,
                back == 0 ? "the latest turn of the session" : $"turn {index + 1} of {turns.Count} of the session: the later, the closer to the matter",
                1.0 / (1 + back), messages.Sum(MessageSize.Bound), Math.Max(0, (long)age.TotalSeconds));
        }).ToList();
        return new(items, items.Count == 0 ? "the session has no messages" : session.NotLoaded > 0 ? $"{session.NotLoaded} older messages were not looked at" : null);
    }
}
