using System.Text;
using System.Text.Json;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Chat;

/// <summary>The chunks of a stream in OpenAI's shape that differ in nothing but a piece of text, put together from bytes.</summary>
internal sealed class PlainChunks
{
    private static readonly byte[] AfterText = "\"},\"finish_reason\":null}]}"u8.ToArray();
    private static readonly byte[] AfterReason = "\"}]}"u8.ToArray();

    private readonly byte[] _delta;
    private readonly byte[] _text;

    public PlainChunks(ChatCall call, string model)
    {
        _delta = Encoding.UTF8.GetBytes(
            $$"""{"id":"{{Escaped(call.RequestId)}}","object":"chat.completion.chunk","created":{{call.StartedAt.ToUnixTimeSeconds()}},"model":"{{Escaped(model)}}","choices":[{"index":0,"delta":""");
        _text = [.. _delta, .. "{\"content\":\""u8];
    }

    /// <summary>The role, and no text yet.</summary>
    public ServerEvent Begin() => new(null, null, [.. _delta, .. "{\"role\":\"assistant\",\"content\":\""u8], "", AfterText);

    public ServerEvent Text(string text) => new(null, null, _text, text, AfterText);

    public ServerEvent Finish(string reason) => new(null, null, [.. _delta, .. "{},\"finish_reason\":\""u8], reason, AfterReason);

    private static JsonEncodedText Escaped(string text) => JsonEncodedText.Encode(text, LakehouseJson.Options.Encoder);
}
