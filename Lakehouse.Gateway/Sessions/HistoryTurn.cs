using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Sessions;

/// <summary>A piece of history that stays or goes as a whole: a user message and everything up to the next one, or a system message.</summary>
/// <param name="isSystem">Instructions: they are never left out.</param>
internal sealed class HistoryTurn(bool isSystem)
{
    public bool IsSystem { get; } = isSystem;

    /// <summary>The new messages answer its last tool calls, so it cannot go and has to be the last.</summary>
    public bool IsOpen { get; set; }

    public List<HistoryStep> Steps { get; } = [];

    public bool StartsWithUser => Steps is [{ Message: var first }, ..] && first["role"]?.ToString() == "user";

    public IEnumerable<JsonObject> Messages => Steps.SelectMany(step => step.Results.Prepend(step.Message));
}

/// <summary>A message with the results of the tool calls that it makes: vendors refuse the one without the other.</summary>
internal sealed class HistoryStep(JsonObject message)
{
    public JsonObject Message { get; } = message;

    public List<JsonObject> Results { get; } = [];

    /// <summary>Ids of calls that nobody answered yet.</summary>
    public HashSet<string> Unanswered { get; } =
        [.. (message["tool_calls"] as JsonArray ?? []).OfType<JsonObject>().Select(call => call["id"]?.ToString() ?? "")];

    public bool Answer(JsonObject result)
    {
        if (!Unanswered.Remove(IdOf(result)))
        {
            return false;
        }

        Results.Add(result);
        return true;
    }

    public static string IdOf(JsonObject result) => result["tool_call_id"]?.ToString() ?? "";
}
