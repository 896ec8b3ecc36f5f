using System.Text;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.Ollama;

/// <summary>The lines of one stream, each a part of the reply.</summary>
internal sealed class OllamaStream(UpstreamCall call) : IVendorStream
{
    private int _toolCalls;

    public bool IsDone { get; private set; }

    public ModelChunk? Read(SseEvent item)
    {
        var line = Encoding.UTF8.GetString(item.Data.Span).Trim();
        if (line.Length == 0)
        {
            return null;
        }

        var reply = OllamaReply.Check(WireJson.Object(line, call.Vendor), call);
        // the parts of the line are moved into the chunk
        IsDone = OllamaReply.IsDone(reply);
        return OllamaReply.Chunk(reply, ref _toolCalls);
    }

    public ModelChunk? End() => IsDone ? null : throw new ProviderException(ProviderFailure.CutStream, "The model's stream ended without saying that it was done.");
}
