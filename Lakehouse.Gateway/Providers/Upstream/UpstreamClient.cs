using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>
/// HTTP as every adapter needs it: one connection pool, the time limits of a <see cref="CallClock"/>, and every failure of
/// the transport as a <see cref="ProviderException"/>. No retries: those are the chat path's.
/// </summary>
internal sealed class UpstreamClient(HttpMessageInvoker http)
{
    /// <summary>Bytes of a whole reply. Larger is a fault and not a reply.</summary>
    public const int LargestReply = 64 << 20;

    /// <summary>POST, or GET where the body is empty. The answer is a success; anything else was thrown.</summary>
    public async Task<HttpResponseMessage> SendAsync(UpstreamCall call, CallClock clock)
    {
        using var request = call.ToMessage();
        try
        {
            var response = await http.SendAsync(request, clock.Token);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                var (text, json) = UpstreamText.Parse(await UpstreamText.ReadAsync(response, clock));
                var (failure, message) = call.Refusal(response.StatusCode, json, text);
                throw new ProviderException(failure, call.Clean($"{call.Vendor} answered {(int)response.StatusCode}: {message}"), RetryAfter.Of(response, json));
            }
        }
        catch (Exception problem) when (UpstreamFaults.IsTransport(problem))
        {
            throw UpstreamFaults.Of(problem, call.Vendor, clock);
        }
    }

    /// <summary>A whole reply.</summary>
    public async Task<ReadOnlyMemory<byte>> BytesAsync(UpstreamCall call, CallClock clock)
    {
        using var response = await SendAsync(call, clock);
        try
        {
            var reply = await UpstreamText.ReadAsync(response, clock);
            Surrogates.Check(reply.Span, call.Vendor);
            return reply;
        }
        catch (Exception problem) when (UpstreamFaults.IsTransport(problem))
        {
            throw UpstreamFaults.Of(problem, call.Vendor, clock);
        }
    }

    /// <summary>A whole reply, which has to be a JSON object.</summary>
    public async Task<JsonObject> JsonAsync(UpstreamCall call, CallClock clock) => WireJson.Object((await BytesAsync(call, clock)).Span, call.Vendor);

    /// <summary>An NDJSON stream, each of its lines an event.</summary>
    public IAsyncEnumerable<ModelChunk> LinesAsync(UpstreamCall call, CallClock clock, IVendorStream stream) =>
        new UpstreamStream(this, call, clock, static lines => new NdjsonReader(lines), stream);

    /// <summary>A server-sent stream; a body that is none is one event named <see cref="SseEvent.NotAnEvent"/>.</summary>
    public IAsyncEnumerable<ModelChunk> EventsAsync(UpstreamCall call, CallClock clock, IVendorStream stream) =>
        new UpstreamStream(this, call, clock, static lines => new SseReader(lines), stream);
}
