using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Claude;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat.Anthropic;

/// <summary>
/// Steps as Anthropic's events. Nothing is sent before the first content, because another provider may still answer; the
/// terminator only when the call is settled. Source: https://platform.claude.com/docs/en/build-with-claude/streaming.
/// </summary>
internal sealed class AnthropicStream(ChatCall call) : IStreamShape
{
    private readonly AnthropicBlockStream _blocks = new(call.RequestId);
    private readonly List<ServerEvent> _held = [];
    private MessageBuilder? _rest;
    private ServerEvent? _terminator;
    private JsonObject? _extra;
    private ModelUsage? _usage;
    private bool _native;
    private bool _started;
    private bool _refused;

    public void Step(ModelChunk chunk, List<ServerEvent> events)
    {
        _extra = chunk.Extra is null ? _extra : (_extra ?? []).With(chunk.Extra);
        _usage = chunk.Usage ?? _usage;
        if (chunk.Native is { } native)
        {
            Pass(events, native, chunk.Delta is { Count: > 0 });
        }
        else if (chunk.Delta is { Count: > 0 } delta)
        {
            _refused |= delta.Text("refusal") is { Length: > 0 };
            Begin(events, chunk.Model);
            _blocks.Write(events, delta);
            if (chunk.Text is null && AnthropicRest.Of(delta) is { Count: > 0 } rest)
            {
                // no event can say it: it comes with the last one
                (_rest ??= new()).Add(new ModelChunk(rest));
            }
        }
    }

    public IReadOnlyList<ServerEvent> Finish(string finishReason, UsageRecord record, JsonObject? said = null)
    {
        if (_native)
        {
            return _terminator is { } terminator ? [.. _held, terminator] : _held;
        }

        var events = new List<ServerEvent>();
        Begin(events, null);
        _blocks.End(events);
        var delta = AnthropicMessage.Stop(finishReason, _extra, _refused);
        delta.With(AnthropicRest.Fields(AnthropicRest.Of(_rest?.Build() ?? []), _extra, delta));
        events.Add(Event("message_delta", new() { ["delta"] = delta, ["usage"] = AnthropicUsage.Of(record, _extra) }));
        events.Add(Event("message_stop", []));
        return events;
    }

    public IReadOnlyList<ServerEvent> Fail(ApiError error) => [new("error", AnthropicErrors.Body(error, call.RequestId))];

    public static ServerEvent Event(string type, JsonObject fields) => new(type, new JsonObject { ["type"] = type }.With(fields));

    private void Pass(List<ServerEvent> events, NativeEvent native, bool hasContent)
    {
        _native = true;
        var passed = new ServerEvent(native.Name, native.Data);
        if (native.Name == "message_stop")
        {
            _terminator = passed;
            return;
        }

        if (!_started && native.Name == "message_start")
        {
            // another attempt may have left its beginning
            _held.Clear();
        }

        _held.Add(passed);
        if (_started || hasContent || native.Name is "content_block_delta" or "message_delta")
        {
            _started = true;
            events.AddRange(_held);
            _held.Clear();
        }
    }

    private void Begin(List<ServerEvent> events, string? model)
    {
        if (_started)
        {
            return;
        }

        (_started, _native) = (true, false);
        events.Add(Event("message_start", new() { ["message"] = AnthropicMessage.Empty(call, model ?? call.Call.Model, AnthropicUsage.Begin(_usage)) }));
    }
}
