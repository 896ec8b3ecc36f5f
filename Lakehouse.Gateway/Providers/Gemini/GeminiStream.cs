using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.Gemini;

/// <summary>The events of one stream, each a part of a <c>GenerateContentResponse</c>.</summary>
internal sealed class GeminiStream(string model, string? apiKey) : IVendorStream
{
    private readonly GeminiAnswer _answer = new();
    private readonly GeminiMetadata _metadata = new();
    private string _model = model;
    private string? _finish;
    private string? _finishMessage;
    private ModelUsage? _usage;

    // the finish reason is no terminator: an error may still follow it, so that only the end of the stream is the end
    public bool IsDone => false;

    public ModelChunk? Read(SseEvent item)
    {
        var reply = GeminiErrors.Check(GeminiErrors.Parse(item.Data.Span), apiKey);
        if (item.Name == SseEvent.NotAnEvent)
        {
            throw new ProviderException(ProviderFailure.Protocol, "Gemini's stream has text that is no event.");
        }

        _model = reply.Text("modelVersion") ?? _model;
        var usage = GeminiUsage.Of(reply["usageMetadata"]);
        _usage = usage ?? _usage;
        if (GeminiReply.Candidate(reply, apiKey) is not { } candidate)
        {
            return new ModelChunk(Model: _model, Usage: usage, UsageSaid: GeminiUsage.Beyond(reply["usageMetadata"]));
        }

        _finish = candidate.Text("finishReason") ?? _finish;
        _finishMessage = candidate.Text("finishMessage") ?? _finishMessage;
        var delta = _answer.Read(GeminiReply.Parts(candidate));
        _metadata.Add(reply, candidate, delta.Text("content"));
        return new ModelChunk(delta.Count > 0 ? delta : null, Model: _model, Usage: usage, Logprobs: GeminiLogprobs.Of(candidate), UsageSaid: GeminiUsage.Beyond(reply["usageMetadata"]));
    }

    /// <summary>The stream is at its end.</summary>
    /// <exception cref="ProviderException">It ended without a reason, or with one that is a failure.</exception>
    public ModelChunk? End()
    {
        var native = _finish ?? throw new ProviderException(ProviderFailure.CutStream, "Gemini's stream ended without saying why.");
        var delta = _metadata.Annotations() is { } annotations ? new JsonObject { ["annotations"] = annotations } : null;
        return new ModelChunk(delta, GeminiFinish.Of(native, _finishMessage, _answer.CalledTools, apiKey), _model, _usage, Extra: _metadata.Extra(native));
    }
}
