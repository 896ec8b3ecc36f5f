using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Providers.Claude;

/// <summary>Claude's events as steps. Source: https://platform.claude.com/docs/en/build-with-claude/streaming.</summary>
internal sealed class ClaudeStream(ProviderCall call) : IVendorStream
{
    private readonly bool _native = ClaudeNative.Of(call) is not null;
    private readonly ClaudeBlocks _blocks = new();
    private readonly JsonObject _usage = [];
    private int _calls;
    private int _details;
    private bool _hasReason;

    /// <summary>Claude said that this was all.</summary>
    public bool IsDone { get; private set; }

    public ModelChunk? Read(SseEvent received)
    {
        var data = Parse(received);
        var type = data.Text("type") ?? received.Name;
        var chunk = type switch
        {
            "message_start" => Begin(data),
            "content_block_start" => StartBlock(data),
            "content_block_delta" => Continue(data),
            "content_block_stop" => EndBlock(data),
            "message_delta" => Finish(data),
            "message_stop" => Stop(),
            "error" => throw ClaudeErrors.InReply(data, call.Provider.ApiKey),
            // ping, and what is added one day
            _ => new ModelChunk(),
        };
        return _native ? chunk with { Native = new(type, data) } : chunk;
    }

    public ModelChunk? End() => IsDone ? null : throw new ProviderException(ProviderFailure.CutStream, "Claude's stream ended without saying that it was done.");

    private JsonObject Parse(SseEvent received)
    {
        JsonObject? data;
        try
        {
            data = JsonNode.Parse(received.Data.Span, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException problem)
        {
            throw new ProviderException(ProviderFailure.Protocol, "Claude's stream has an event that is not JSON.", inner: problem);
        }

        if (received.Name == SseEvent.NotAnEvent)
        {
            throw data.Text("type") == "error" ? ClaudeErrors.InReply(data!, call.Provider.ApiKey) : new ProviderException(ProviderFailure.Protocol, "Claude answered a stream with something else.");
        }

        return data ?? throw new ProviderException(ProviderFailure.Protocol, "Claude's stream has an event that is no JSON object.");
    }

    private ModelChunk Begin(JsonObject data)
    {
        var message = data["message"] as JsonObject ?? throw new ProviderException(ProviderFailure.Protocol, "Claude's stream began without a message.");
        ClaudeUsage.Update(_usage, message["usage"] as JsonObject);
        // the output is counted at the end; until then what was seen is a better guess
        return new(Model: message.Text("model"), Usage: ClaudeUsage.Of(_usage) with { CompletionTokens = null });
    }

    private ModelChunk StartBlock(JsonObject data)
    {
        var block = data["content_block"] as JsonObject ?? throw new ProviderException(ProviderFailure.Protocol, "Claude began a block without saying which.");
        var type = block.Text("type");
        var place = type is "tool_use" ? _calls++ : type is "thinking" or "redacted_thinking" ? _details++ : 0;
        _blocks.Start(Index(data), block, place);
        return new(type switch
        {
            "text" when block.Text("text") is { Length: > 0 } text => ModelChunk.DeltaOf(content: text),
            "thinking" when block.Text("thinking") is { Length: > 0 } text => Thinking(text, place),
            "redacted_thinking" => Details(ClaudeReasoning.Encrypted(block.Text("data"), place)),
            "tool_use" => Calls(Indexed(ClaudeContent.ToolCall(block, block["input"] is JsonObject { Count: > 0 } input ? input.ToJsonString(LakehouseJson.Options) : ""), place)),
            _ => null,
        });
    }

    private ModelChunk Continue(JsonObject data)
    {
        var delta = data["delta"] as JsonObject ?? throw new ProviderException(ProviderFailure.Protocol, "Claude continued a block with nothing.");
        var block = _blocks.Add(Index(data), delta);
        return new((delta.Text("type"), block.Type) switch
        {
            ("text_delta", _) => ModelChunk.DeltaOf(content: delta.Text("text")),
            ("thinking_delta", _) when delta.Text("thinking") is { } text => Thinking(text, block.Place),
            ("signature_delta", _) => Details(ClaudeReasoning.Text(null, delta.Text("signature"), block.Place)),
            ("input_json_delta", "tool_use") when delta.Text("partial_json") is { Length: > 0 } json => Calls(Arguments(json, block.Place)),
            _ => null,
        });
    }

    private ModelChunk EndBlock(JsonObject data) =>
        // a call without arguments has no deltas, and the empty text is not JSON
        _blocks.Find(Index(data)) is { Type: "tool_use", HasInput: false } block ? new(Calls(Arguments("{}", block.Place))) : new();

    private ModelChunk Finish(JsonObject data)
    {
        ClaudeUsage.Update(_usage, data["usage"] as JsonObject);
        var usage = ClaudeUsage.Of(_usage);
        if ((data["delta"] as JsonObject) is not { } delta || delta.Text("stop_reason") is not { } reason)
        {
            return new(Usage: usage);
        }

        _hasReason = true;
        var (content, extra) = (_blocks.ToContent(), ClaudeReply.Extra(delta, _usage));
        if (data["context_management"] is { } edited)
        {
            // beside the delta, where a whole reply has it among the others
            extra["context_management"] = edited.DeepClone();
        }

        return new(ClaudeContent.IsSayable(content) ? null : new() { [ClaudeMessages.Blocks] = content },
            ClaudeReply.FinishReason(reason), Usage: usage, Extra: extra);
    }

    private ModelChunk Stop()
    {
        IsDone = _hasReason;
        return _hasReason ? new() : throw new ProviderException(ProviderFailure.CutStream, "Claude's stream ended without saying why.");
    }

    private static long Index(JsonObject data) => data.Count("index") ?? throw new ProviderException(ProviderFailure.Protocol, "Claude's stream has a block without an index.");

    private static JsonObject Thinking(string text, int place) => new()
    {
        ["reasoning_content"] = text,
        ["reasoning_details"] = new JsonArray(ClaudeReasoning.Text(text, null, place)),
    };

    private static JsonObject Details(JsonObject detail) => new() { ["reasoning_details"] = new JsonArray(detail) };

    private static JsonObject? Calls(JsonObject fragment) => ModelChunk.DeltaOf(toolCalls: new JsonArray(fragment));

    private static JsonObject Arguments(string json, int place) => new() { ["index"] = place, ["function"] = new JsonObject { ["arguments"] = json } };

    private static JsonObject Indexed(JsonObject fragment, int place)
    {
        fragment["index"] = place;
        return fragment;
    }
}
