using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Chat;

/// <summary>Chunks of a stream that differ in nothing but their piece of text, put together from bytes.</summary>
internal sealed class TextEvents
{
    private const string Text = "\"delta\":{\"content\":\"";

    private readonly byte[] _before;
    private readonly byte[] _after;

    /// <param name="chunk">One with an empty <c>delta.content</c>.</param>
    public TextEvents(JsonObject chunk)
    {
        var json = chunk.ToJsonString(LakehouseJson.Options);
        var at = json.LastIndexOf(Text, StringComparison.Ordinal) + Text.Length;
        (_before, _after) = (Encoding.UTF8.GetBytes(json[..at]), Encoding.UTF8.GetBytes(json[at..]));
    }

    public ServerEvent Of(string text) => new(null, null, (byte[])[.. _before, .. JsonEncodedText.Encode(text, LakehouseJson.Options.Encoder).EncodedUtf8Bytes, .. _after]);
}
