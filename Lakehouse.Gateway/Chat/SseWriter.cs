using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Chat;

/// <summary>Server-sent events, flushed whenever nothing more is at hand: events that arrived together leave together, as far as they are not too many.</summary>
internal sealed class SseWriter(HttpResponse response)
{
    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true, Encoder = LakehouseJson.Options.Encoder };

    /// <summary>Bytes. A model that is faster than its reader would fill the memory.</summary>
    private const int MostUnflushed = 16 << 10;

    private long _unflushed;

    public bool HasStarted { get; private set; }

    /// <summary>So much waits that it should go out before there is more.</summary>
    public bool IsFull => _unflushed >= MostUnflushed;

    public void Write(IEnumerable<ServerEvent> events)
    {
        foreach (var one in events)
        {
            Write(one);
        }
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_unflushed > 0)
        {
            _unflushed = 0;
            await response.BodyWriter.FlushAsync(cancellationToken);
        }
    }

    private void Write(ServerEvent one)
    {
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
            _unflushed += WriteJson(body, data);
        }
        else
        {
            body.Write(one.Written.Span);
            _unflushed += one.Written.Length;
        }

        body.Write("\n\n"u8);
        _unflushed += 2;
    }

    private static long WriteJson(PipeWriter body, JsonObject data)
    {
        using var json = new Utf8JsonWriter(body, Unchecked);
        data.WriteTo(json);
        json.Flush();
        return json.BytesCommitted;
    }
}
