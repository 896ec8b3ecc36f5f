using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Sessions;

/// <summary>The bodies of <c>/v1/sessions</c>, checked.</summary>
internal static class SessionBodies
{
    public static NewSession Create(JsonObject body)
    {
        body.AcceptOnly("title", "metadata", "budget");
        return new(Title(body), Metadata(body), Budget(body.ObjectOf("budget")));
    }

    public static string? Rename(JsonObject body)
    {
        body.AcceptOnly("title");
        return body.ContainsKey("title") ? Title(body) : throw ApiError.BadInput("title", $"title is missing; accepted is a text of 1 to {SessionLimits.TitleCharacters} characters, or null.");
    }

    public static IReadOnlyList<JsonObject> Append(JsonObject body)
    {
        body.AcceptOnly("messages");
        if (body["messages"] is not JsonArray { Count: >= 1 and <= SessionLimits.MessagesPerAppend } list)
        {
            var what = body["messages"] switch { null => "missing", JsonArray { Count: 0 } => "empty", JsonArray many => $"a list of {many.Count}", _ => "no list" };
            throw ApiError.BadInput("messages", $"messages is {what}; accepted is a list of 1 to {SessionLimits.MessagesPerAppend} messages.");
        }

        return [.. list.Select((message, index) => MessageShape.Check(message, $"messages[{index}]"))];
    }

    private static string? Title(JsonObject body) => body.TextOf("title", SessionLimits.TitleCharacters);

    private static JsonObject Metadata(JsonObject body)
    {
        var metadata = body.ObjectOf("metadata") ?? [];
        int bytes;
        try
        {
            bytes = Encoding.UTF8.GetByteCount(metadata.ToJsonString());
        }
        catch (InvalidOperationException)
        {
            throw ApiError.BadInput("metadata", "metadata has text that is no Unicode; accepted is text without unpaired surrogates.");
        }

        return bytes <= SessionLimits.MetadataBytes
            ? metadata
            : throw ApiError.BadInput("metadata", $"metadata has {bytes} bytes; accepted are at most {SessionLimits.MetadataBytes}.");
    }

    private static BudgetLimits Budget(JsonObject? budget)
    {
        budget?.AcceptOnly("calls", "tokens", "nano_usd");
        return new(Cap("calls"), Cap("tokens"), Cap("nano_usd"));

        long? Cap(string name) => budget?.NumberOf(name, $"budget.{name}", 0, long.MaxValue / 2);
    }
}
