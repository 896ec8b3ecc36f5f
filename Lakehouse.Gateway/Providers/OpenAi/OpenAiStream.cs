using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>One stream: what its events say, and whether it came to an end or was cut.</summary>
internal sealed class OpenAiStream(UpstreamCall call, bool bills) : IVendorStream
{
    private OpenAiToolCalls? _toolCalls;
    private TextTemplate? _template;
    private ModelUsage _usage = ModelUsage.Unknown;
    private bool _hasOutput;
    private bool _finished;

    /// <summary>The server sent its last word, <c>[DONE]</c>.</summary>
    public bool IsDone { get; private set; }

    public ModelChunk? Read(SseEvent item)
    {
        var data = item.Data.Span;
        if (data.IsEmpty)
        {
            return null;
        }

        if (item.Name is null && _template?.Text(data) is { } text)
        {
            return ModelChunk.OfText(text);
        }

        if (data.StartsWith("[DONE]"u8))
        {
            IsDone = true;
            return null;
        }

        if (item.Name is null && PlainChunk.Of(data) is { } plain)
        {
            return Known(item, Chunk(plain));
        }

        var chunk = WireJson.Object(data, call.Vendor);
        if (item.Name is "error" && chunk["error"] is null)
        {
            chunk = new JsonObject { ["error"] = chunk };
        }

        OpenAiError.ThrowIfAny(chunk, call);
        return item.Name == SseEvent.NotAnEvent
            ? throw new ProviderException(ProviderFailure.Protocol, $"{call.Vendor} did not answer with a stream.")
            : Known(item, Chunk(chunk));
    }

    /// <exception cref="ProviderException">The stream ended without a finish reason, with <c>[DONE]</c> or without.</exception>
    public ModelChunk? End() => _finished ? null : throw new ProviderException(ProviderFailure.CutStream, $"{call.Vendor}'s stream ended without saying why.");

    private ModelChunk? Known(SseEvent item, ModelChunk? chunk)
    {
        if (item.Name is null && chunk is { Text: { } text, FinishReason: null, Usage: null })
        {
            _template = TextTemplate.Of(item.Data.Span, text);
        }

        return chunk;
    }

    private ModelChunk? Chunk(PlainChunk chunk)
    {
        _hasOutput |= chunk.Text is not null;
        _finished |= chunk.FinishReason is not null;
        var counts = OpenAiUsage.Said(chunk.PromptTokens, chunk.CompletionTokens, _hasOutput);
        var usage = Merge(new(counts.Prompt, counts.Completion));
        return chunk is { Text: null, FinishReason: null, Extra: null } && usage is null
            ? null
            : new(FinishReason: chunk.FinishReason, Model: chunk.Model, Usage: usage, Extra: chunk.Extra) { Text = chunk.Text };
    }

    private ModelChunk? Chunk(JsonObject chunk)
    {
        var choice = (chunk["choices"] as JsonArray) is { Count: > 0 } choices ? choices[0] as JsonObject : null;
        var delta = choice?.Take("delta") is JsonObject { Count: > 0 } given ? Delta(given) : null;
        _hasOutput |= delta is not null;
        var finish = choice is null ? null : OpenAiFinish.Of(choice, call);
        _finished |= finish is not null;
        var logprobs = choice?.Take("logprobs");
        var counted = chunk.Object("usage");
        var usage = counted is null ? null : Merge(OpenAiUsage.Read(counted, _hasOutput, bills));
        var said = counted is null ? null : OpenAiUsage.Beyond(counted);
        var model = chunk.Text("model");
        var text = delta is { Count: 1 } && logprobs is null ? delta.Text("content") : null;
        var extra = OpenAiExtra.Of(chunk, choice, finish);
        return delta is null && finish is null && logprobs is null && usage is null && said is null && extra is null
            ? null
            : new(text is null ? delta : null, finish, model, usage, logprobs, extra, UsageSaid: said) { Text = text };
    }

    private JsonObject? Delta(JsonObject delta)
    {
        OpenAiMessage.Normalize(delta);
        OpenAiMessage.Prune(delta);
        if (delta["tool_calls"] is JsonArray calls)
        {
            (_toolCalls ??= new OpenAiToolCalls()).Number(calls);
        }

        return delta.Count > 0 ? delta : null;
    }

    // some servers report in every chunk, some twice, and the later report may say less
    private ModelUsage? Merge(ModelUsage later)
    {
        if (later is { PromptTokens: null, CompletionTokens: null, CostNanoUsd: null })
        {
            return null;
        }

        return _usage = new(
            later.PromptTokens ?? _usage.PromptTokens, later.CompletionTokens ?? _usage.CompletionTokens, Math.Max(later.CachedTokens, _usage.CachedTokens),
            Math.Max(later.CacheWriteTokens, _usage.CacheWriteTokens), Math.Max(later.ReasoningTokens, _usage.ReasoningTokens), later.CostNanoUsd ?? _usage.CostNanoUsd);
    }
}
