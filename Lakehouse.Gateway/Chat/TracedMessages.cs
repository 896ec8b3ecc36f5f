using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Knowledge.Retrieval;
using Lakehouse.Gateway.Tools;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Chat;

/// <summary>
/// Prompt and answer of an attempt for its span, where the observer profile opts in: the first characters of each, without
/// what looks like a secret or names or reaches a person.
/// </summary>
internal sealed class TracedMessages
{
    private const int UsualCharacters = 4_000;
    private readonly StringBuilder _answer = new();
    private readonly int _most;

    private TracedMessages(JsonNode messages, int most) => (_most, Prompt) = (most, Shown(Text(messages), most));

    public string Prompt { get; }

    public string Answer => Shown(_answer.ToString(), _most);

    /// <returns>Null where nobody wants it.</returns>
    public static TracedMessages? Of(ChatCall call) => call.Request.Profiles.Observer is { Messages: true } observer && call.Request.Body["messages"] is { } messages
        ? new(messages, observer.MessageCharacters ?? UsualCharacters)
        : null;

    public void Saw(Providers.ModelChunk chunk)
    {
        if (chunk.Text is { } text)
        {
            _answer.Append(text);
        }
        else if (chunk.Delta is { } delta)
        {
            Saw(delta);
        }
    }

    public void Saw(JsonObject message) => _answer.Append(message["content"]?.ToString()).Append(Text(message["tool_calls"]));

    // each text on its own first: JSON may write a + or a dash as \u and four digits
    private static string Text(JsonNode? node) => PersonalData.Mask(node, Masked)?.ToJsonString(LakehouseJson.Options) ?? "";

    private static string Masked(string text) => PersonalData.Mask(SecretMask.Hide(PersonalNumbers.Visible(text)), PersonNames.None);

    // masked before it is cut: half an address is one that nobody knows for one
    private static string Shown(string text, int most)
    {
        var masked = Masked(text);
        return masked.Length <= most ? masked : masked[..most] + "…";
    }
}
