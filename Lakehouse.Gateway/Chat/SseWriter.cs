using System.Text;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Chat;

/// <summary>Server-sent events, flushed one by one.</summary>
internal sealed class SseWriter(HttpResponse response)
{
    private static readonly byte[] Done = "data: [DONE]\n\n"u8.ToArray();

    public bool HasStarted { get; private set; }

    public Task WriteAsync(JsonObject data, CancellationToken cancellationToken) =>
        WriteAsync(Encoding.UTF8.GetBytes($"data: {data.ToJsonString()}\n\n"), cancellationToken);

    public Task WriteDoneAsync(CancellationToken cancellationToken) => WriteAsync(Done, cancellationToken);

    private async Task WriteAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        if (!HasStarted)
        {
            HasStarted = true;
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-cache";
        }

        await response.Body.WriteAsync(bytes, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
