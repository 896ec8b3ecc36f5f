using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat;

/// <summary>
/// The stream as the caller sees it, over all attempts and rounds, and the message that it amounts to. With tools that the
/// gateway runs itself, calls of tools are kept back until the round has ended: the caller must not see those that are ours.
/// </summary>
/// <param name="keepsMessage">Somebody will ask for the message.</param>
internal sealed class StreamOutput(IReplyShape shape, bool keepsToolCalls, bool keepsMessage)
{
    private IStreamShape? _stream;
    private ChatCall? _call;
    private MessageBuilder? _message;
    private JsonObject? _said;
    private JsonObject? _saidEarlier;
    private readonly List<ServerEvent> _events = [];
    private bool _hasBegun;

    /// <returns>Good until the next step.</returns>
    public IReadOnlyList<ServerEvent> Step(ChatCall call, ModelChunk chunk)
    {
        if (!ReferenceEquals(call, _call))
        {
            // nothing of an earlier attempt may be in the message: the caller has not seen any of it
            (_call, _message, _said) = (call, keepsMessage ? new() : null, null);
            _stream = _hasBegun ? _stream : shape.Stream(call);
        }

        _message?.Add(chunk);
        _said = chunk.UsageSaid ?? _said;
        if (keepsToolCalls && chunk.Text is null && chunk.Delta?["tool_calls"] is not null)
        {
            chunk.Delta.Remove("tool_calls");
        }

        _events.Clear();
        _stream!.Step(chunk, _events);
        _hasBegun |= _events.Count > 0;
        return _events;
    }

    /// <summary>This round has ended.</summary>
    /// <returns>What its model said, where it was kept.</returns>
    public JsonObject Message()
    {
        (_saidEarlier, _said) = (UsageSaid.Sum(_saidEarlier, _said), null);
        return keepsMessage ? (_message ?? new()).Build() : [];
    }

    /// <param name="toolCalls">Calls that were kept back and are the caller's to answer.</param>
    public IReadOnlyList<ServerEvent> Finish(ChatCall call, string finishReason, UsageRecord record, JsonArray? toolCalls)
    {
        _stream ??= shape.Stream(call);
        for (var index = 0; index < toolCalls?.Count; index++)
        {
            toolCalls[index]!["index"] = index;
        }

        var events = new List<ServerEvent>();
        if (toolCalls is { Count: > 0 })
        {
            // what was kept back goes before the end
            _stream.Step(new ModelChunk(ModelChunk.DeltaOf(toolCalls: toolCalls)), events);
        }

        events.AddRange(_stream.Finish(finishReason, record, _saidEarlier));
        return events;
    }

    public IReadOnlyList<ServerEvent> Fail(ApiError error) => _stream?.Fail(error) ?? [];
}
