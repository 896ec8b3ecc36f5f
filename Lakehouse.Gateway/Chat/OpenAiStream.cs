using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat;

internal sealed class OpenAiStream(ChatCall call) : IStreamShape
{
    private static readonly ServerEvent Done = new(null, null, "[DONE]"u8.ToArray());
    private string _model = call.Call.Model;
    private PlainChunks? _plain;
    private JsonObject? _extra;
    private bool _hasBegun;

    private PlainChunks Plain => _plain ??= new(call, _model);

    public void Step(ModelChunk chunk, List<ServerEvent> events)
    {
        if (chunk.Model is { } model && model != _model)
        {
            (_model, _plain) = (model, null);
        }

        if (chunk.Extra is { } extra)
        {
            // what belongs to the whole reply goes with the last chunk
            OpenAiShape.Append(_extra ??= [], extra);
        }

        if (chunk.Text is { } text)
        {
            Add(Plain.Text(text), events);
            return;
        }

        if (chunk.Delta is not { Count: > 0 } && !HasTokens(chunk.Logprobs))
        {
            return;
        }

        var choice = Choice(chunk.Delta ?? [], null);
        if (chunk.Logprobs is { } logprobs)
        {
            choice["logprobs"] = logprobs;
        }

        Add(new(null, Chunk(choice)), events);
    }

    public IReadOnlyList<ServerEvent> Finish(string finishReason, UsageRecord record, JsonObject? said = null)
    {
        var events = new List<ServerEvent>();
        Add(_extra is null ? Plain.Finish(finishReason) : Last(finishReason, _extra), events);
        if (call.Request.IncludeUsage)
        {
            var usage = Chunk();
            usage["usage"] = OpenAiShape.Usage(record, said);
            events.Add(new(null, usage));
        }

        events.Add(Done);
        return events;
    }

    // Some clients notice only the finish reason, some only the error event. The connection breaks after them, and there is
    // no [DONE].
    public IReadOnlyList<ServerEvent> Fail(ApiError error)
    {
        var events = new List<ServerEvent>();
        Add(Plain.Finish("error"), events);
        events.Add(new(null, ErrorWriter.Body(error)));
        return events;
    }

    // of tokens that a server keeps back, or has no text of, it may say how likely they were; empty lists begin many streams
    private static bool HasTokens(JsonNode? logprobs) => logprobs is JsonObject lists && lists.Any(list => list.Value is JsonArray { Count: > 0 });

    private void Add(ServerEvent one, List<ServerEvent> events)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            events.Add(Plain.Begin());
        }

        events.Add(one);
    }

    private ServerEvent Last(string finishReason, JsonObject extra)
    {
        var last = Chunk(Choice([], finishReason));
        OpenAiShape.Append(last, extra);
        return new(null, last);
    }

    private static JsonObject Choice(JsonObject delta, string? finishReason) => new() { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finishReason };

    private JsonObject Chunk(params JsonNode[] choices) => new()
    {
        ["id"] = call.RequestId, ["object"] = "chat.completion.chunk", ["created"] = call.StartedAt.ToUnixTimeSeconds(), ["model"] = _model,
        ["choices"] = new JsonArray(choices),
    };
}
