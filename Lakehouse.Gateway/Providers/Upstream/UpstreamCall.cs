using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>Says what a refusal means. An adapter gives one; <see cref="UpstreamRefusal.ByStatus"/> is the usual beginning.</summary>
/// <param name="json">The body, where it is a JSON object or a list that begins with one.</param>
/// <param name="text">The body.</param>
internal delegate (ProviderFailure Failure, string Message) RefusalReader(HttpStatusCode status, JsonObject? json, string text);

/// <summary>One HTTP request to a vendor.</summary>
/// <param name="Vendor">For messages: "Ollama", "Gemini", or a configured name.</param>
/// <param name="ApiKey">Taken out of every message that a caller may see.</param>
/// <param name="Body">Empty = GET.</param>
internal sealed record UpstreamCall(string Vendor, Uri Url, ReadOnlyMemory<byte> Body, string? ApiKey, RefusalReader Refusal, params (string Name, string Value)[] Headers)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public string Clean(string text) => Redaction.Clean(text, ApiKey);

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(Body.IsEmpty ? HttpMethod.Get : HttpMethod.Post, Url);
        if (!Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(Body);
            message.Content.Headers.ContentType = Json;
        }

        foreach (var (name, value) in Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }
}
