using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Chat;

/// <summary>
/// Server-sent events, flushed whenever nothing more is at hand: events that arrived together leave together, as far as they are
/// not too many. They wait here and not in the server's body writer, which costs more at each event than the event does.
/// </summary>
internal sealed class SseWriter(HttpResponse response) : IDisposable
{
    private static readonly JavaScriptEncoder Encoder = LakehouseJson.Options.Encoder!;
    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true, Encoder = Encoder };

    /// <summary>Bytes. A model that is faster than its reader would fill the memory.</summary>
    private const int MostUnflushed = 16 << 10;

    /// <summary>Bytes that one UTF-16 unit of a text becomes at most: <c>\uXXXX</c>.</summary>
    private const int MostEscaped = 6;

    private readonly PooledBuffer _waiting = new();

    public bool HasStarted { get; private set; }

    /// <summary>So much waits that it should go out before there is more.</summary>
    public bool IsFull => _waiting.Length >= MostUnflushed;

    public void Write(IReadOnlyList<ServerEvent> events)
    {
        for (var index = 0; index < events.Count; index++)
        {
            Write(events[index]);
        }
    }

    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken)
    {
        if (_waiting.Length == 0)
        {
            return default;
        }

        HandOver();
        return response.BodyWriter.FlushAsync(cancellationToken);
    }

    /// <summary>What waits goes out with the end of the response.</summary>
    public void HandOver()
    {
        // as one piece of memory, for one send
        _waiting.Written.CopyTo(response.BodyWriter.GetSpan(_waiting.Length));
        response.BodyWriter.Advance(_waiting.Length);
        _waiting.Dispose();
    }

    public void Dispose() => _waiting.Dispose();

    private void Write(ServerEvent one)
    {
        if (!HasStarted)
        {
            HasStarted = true;
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-cache";
        }

        if (one.Name is { } name)
        {
            _waiting.Write("event: "u8);
            _waiting.Write(Encoding.UTF8.GetBytes(name));
            _waiting.Write("\n"u8);
        }

        _waiting.Write("data: "u8);
        if (one.Data is { } data)
        {
            WriteJson(data);
        }
        else
        {
            WriteReady(one.Written, one.Text ?? "", one.After);
        }

        _waiting.Write("\n\n"u8);
    }

    private void WriteJson(JsonObject data)
    {
        using var json = new Utf8JsonWriter(_waiting, Unchecked);
        data.WriteTo(json);
    }

    private void WriteReady(ReadOnlySpan<byte> before, string text, ReadOnlySpan<byte> after)
    {
        _waiting.Write(before);
        _waiting.Advance(Escape(text, _waiting.GetSpan(text.Length * MostEscaped)));
        _waiting.Write(after);
    }

    private static int Escape(string text, Span<byte> target)
    {
        var length = Encoding.UTF8.GetBytes(text, target);
        if (Encoder.FindFirstCharacterToEncodeUtf8(target[..length]) < 0)
        {
            return length;
        }

        var escaped = JsonEncodedText.Encode(text, Encoder).EncodedUtf8Bytes;
        escaped.CopyTo(target);
        return escaped.Length;
    }
}
