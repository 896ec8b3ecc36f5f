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

    public IReadOnlyList<ServerEvent> Step(ModelChunk chunk)
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
            return Begun(Plain.Text(text));
        }

        if (chunk.Delta is not { Count: > 0 } && !HasTokens(chunk.Logprobs))
        {
            return [];
        }

        var choice = Choice(chunk.Delta ?? [], null);
        if (chunk.Logprobs is { } logprobs)
        {
            choice["logprobs"] = logprobs;
        }

        return Begun(new(null, Chunk(choice)));
    }

    public IReadOnlyList<ServerEvent> Finish(string finishReason, UsageRecord record, JsonObject? said = null)
    {
        var events = new List<ServerEvent>(Begun(_extra is null ? Plain.Finish(finishReason) : Last(finishReason, _extra)));
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
    public IReadOnlyList<ServerEvent> Fail(ApiError error) => [.. Begun(Plain.Finish("error")), new(null, ErrorWriter.Body(error))];

    // of tokens that a server keeps back, or has no text of, it may say how likely they were; empty lists begin many streams
    private static bool HasTokens(JsonNode? logprobs) => logprobs is JsonObject lists && lists.Any(list => list.Value is JsonArray { Count: > 0 });

    private ServerEvent[] Begun(ServerEvent one)
    {
        if (_hasBegun)
        {
            return [one];
        }

        _hasBegun = true;
        return [Plain.Begin(), one];
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
