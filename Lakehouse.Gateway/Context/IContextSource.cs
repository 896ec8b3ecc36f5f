using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Context;

/// <summary>One place that knows something: sessions today, rules and knowledge beside it.</summary>
internal interface IContextSource
{
    /// <summary>Names the source in the reply.</summary>
    string Name { get; }

    /// <summary>Items that make sense only without gaps: once one does not fit, those with lower scores go too.</summary>
    bool IsContiguous { get; }

    /// <returns>What would help, whatever it takes to say it; the builder chooses by score what fits.</returns>
    Task<ContextFindings> FindAsync(ContextQuestion question, CancellationToken cancellationToken);

    /// <summary>Told which of its items go into the prompt of a chat.</summary>
    Task ChosenAsync(IReadOnlyList<ContextItem> items, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <param name="Note">Why there is nothing, or not more.</param>
internal sealed record ContextFindings(IReadOnlyList<ContextItem> Items, string? Note);

/// <summary>Something to put into a prompt, and why.</summary>
/// <param name="Text">Either this or <paramref name="Messages"/>.</param>
/// <param name="Score">0 to 1; comparable between sources.</param>
/// <param name="Tokens">At most. Of messages by their source; a text is measured as it will stand in the prompt, whatever its source says.</param>
internal sealed record ContextItem(string Id, string Kind, string? Text, IReadOnlyList<JsonObject>? Messages, string Reason, double Score, long Tokens, long AgeSeconds)
{
    /// <summary>All but its text.</summary>
    public JsonObject ToJson() => new() { ["id"] = Id, ["kind"] = Kind, ["reason"] = Reason, ["score"] = Score, ["tokens"] = Tokens, ["age_seconds"] = AgeSeconds };
}
