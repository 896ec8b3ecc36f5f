using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Chat;

internal sealed class OpenAiStream(ChatCall call) : IStreamShape
{
    private static readonly ServerEvent Done = new(null, null, "[DONE]"u8.ToArray());
    private string _model = call.Call.Model;
    private JsonObject? _extra;
    private TextEvents? _texts;
    private bool _hasBegun;

    public IEnumerable<ServerEvent> Step(ModelChunk chunk)
    {
        if (chunk.Text is { } text && _hasBegun)
        {
            _texts ??= new(Chunk(Choice(new JsonObject { ["content"] = "" }, null)));
            return [_texts.Of(text)];
        }

        _model = chunk.Model ?? _model;
        if (chunk.Extra is { } extra)
        {
            // what belongs to the whole reply goes with the last chunk
            OpenAiShape.Append(_extra ??= [], extra);
        }

        if (chunk.Delta is not { Count: > 0 } delta)
        {
            return [];
        }

        var choice = Choice(delta, null);
        if (chunk.Logprobs is { } logprobs)
        {
            choice["logprobs"] = logprobs;
        }

        return Begun(Chunk(choice));
    }

    public IEnumerable<ServerEvent> Finish(string finishReason, UsageRecord record, JsonObject? said = null)
    {
        var last = Chunk(Choice([], finishReason));
        OpenAiShape.Append(last, _extra);
        var events = Begun(last).ToList();
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
    public IEnumerable<ServerEvent> Fail(ApiError error) => [.. Begun(Chunk(Choice([], "error"))), new(null, ErrorWriter.Body(error))];

    private IEnumerable<ServerEvent> Begun(JsonObject chunk)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            yield return new(null, Chunk(Choice(new JsonObject { ["role"] = "assistant", ["content"] = "" }, null)));
        }

        yield return new(null, chunk);
    }

    private static JsonObject Choice(JsonObject delta, string? finishReason) => new() { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finishReason };

    private JsonObject Chunk(params JsonNode[] choices) => new()
    {
        ["id"] = call.RequestId, ["object"] = "chat.completion.chunk", ["created"] = call.StartedAt.ToUnixTimeSeconds(), ["model"] = _model,
        ["choices"] = new JsonArray(choices),
    };
}
