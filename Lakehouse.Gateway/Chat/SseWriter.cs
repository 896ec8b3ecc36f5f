using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Chat;

/// <summary>Server-sent events, flushed whenever nothing more is at hand: events that arrived together leave together.</summary>
internal sealed class SseWriter(HttpResponse response)
{
    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true, Encoder = LakehouseJson.Options.Encoder };

    private bool _isFlushed = true;

    public bool HasStarted { get; private set; }

    public void Write(IEnumerable<ServerEvent> events)
    {
        foreach (var one in events)
        {
            Write(one);
        }
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (!_isFlushed)
        {
            _isFlushed = true;
            await response.BodyWriter.FlushAsync(cancellationToken);
        }
    }

    private void Write(ServerEvent one)
    {
        _isFlushed = false;
        if (!HasStarted)
        {
            HasStarted = true;
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-cache";
        }

        var body = response.BodyWriter;
        if (one.Name is { } name)
        {
            body.Write("event: "u8);
            body.Write(Encoding.UTF8.GetBytes(name));
            body.Write("\n"u8);
        }

        body.Write("data: "u8);
        if (one.Data is { } data)
        {
            WriteJson(body, data);
        }
        else
        {
            body.Write(one.Written.Span);
        }

        body.Write("\n\n"u8);
    }

    private static void WriteJson(PipeWriter body, JsonObject data)
    {
        using var json = new Utf8JsonWriter(body, Unchecked);
        data.WriteTo(json);
    }
}
