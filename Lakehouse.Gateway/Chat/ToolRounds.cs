using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tools;

namespace Lakehouse.Gateway.Chat;

/// <summary>The rounds of a chat whose tools the gateway runs: the model calls, we answer, until it says something to the caller.</summary>
/// <param name="most">Rounds. In the last one the model may not call tools any more, so that every chat ends with an answer.</param>
internal sealed class ToolRounds(ToolRunner runner, ToolOffer offer, ToolCaller caller, int most)
{
    public const int Usual = 8;

    private int _round = 1;

    /// <summary>What was said between the caller's message and the answer.</summary>
    public List<JsonObject> Between { get; } = [];

    /// <returns>The next round's job; null = the message is the answer.</returns>
    public async Task<ChatJob?> NextAsync(ChatJob job, JsonObject message, CancellationToken cancellationToken)
    {
        if (_round == most || message["tool_calls"] is not JsonArray calls || !offer.Answers(calls))
        {
            return null;
        }

        _round++;
        var said = message.DeepClone().AsObject();
        IReadOnlyList<JsonObject> results = [.. (await runner.RunAsync(calls, offer, caller, cancellationToken)).Select(job.Redacted)];
        Between.Add(said);
        Between.AddRange(results);
        var messages = job.Request.Body["messages"]!.AsArray().Select(one => one!.AsObject());
        return job.With([.. messages, said, .. results], _round == most ? "none" : Freed(job.Request.Body["tool_choice"]));
    }

    /// <summary>The call that the caller forced is made: forced in every round, the model could say nothing before the last.</summary>
    /// <returns>Null = it was free already.</returns>
    private static JsonNode? Freed(JsonNode? choice)
    {
        if (choice is not JsonObject forced)
        {
            return choice?.ToString() == "required" ? "auto" : null;
        }

        if (forced["allowed_tools"] is not JsonObject)
        {
            return "auto";
        }

        var freed = forced.DeepClone();
        freed["allowed_tools"]!["mode"] = "auto";
        return freed;
    }
}
