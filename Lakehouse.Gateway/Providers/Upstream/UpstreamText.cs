using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>A whole body, bounded.</summary>
internal static class UpstreamText
{
    /// <exception cref="ProviderException">It is larger than <see cref="UpstreamClient.LargestReply"/>.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CallClock clock)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(clock.Token);
        var buffer = new byte[Math.Clamp(response.Content.Headers.ContentLength + 1 ?? 8192, 256, UpstreamClient.LargestReply)];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), clock.Token);
            if (read == 0)
            {
                return buffer.AsMemory(0, length);
            }

            clock.SawBytes();
            length += read;
            if (length == UpstreamClient.LargestReply)
            {
                throw new ProviderException(ProviderFailure.Protocol, $"The model's reply is larger than {UpstreamClient.LargestReply >> 20} MiB.");
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, UpstreamClient.LargestReply));
            }
        }
    }

    /// <returns>The text, and the object that it is or, where it is a list, its first one: Google wraps errors in lists.</returns>
    public static (string Text, JsonObject? Json) Parse(ReadOnlyMemory<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes.Span).Trim();
        if (!Surrogates.AreWhole(bytes.Span))
        {
            return (text, null);
        }

        try
        {
            var node = JsonNode.Parse(text);
            return (text, (node is JsonArray { Count: > 0 } list ? list[0] : node) as JsonObject);
        }
        catch (JsonException)
        {
            // a proxy's HTML page, or nothing
            return (text, null);
        }
    }
}
