using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.ServiceDefaults.Contracts;

namespace Lakehouse.Gateway.Chat;

/// <summary>Server-sent events, flushed whenever nothing more is at hand: events that arrived together leave together, as far as they are not too many.</summary>
internal sealed class SseWriter(HttpResponse response)
{
    private static readonly JavaScriptEncoder Encoder = LakehouseJson.Options.Encoder!;
    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true, Encoder = Encoder };

    /// <summary>Bytes. A model that is faster than its reader would fill the memory.</summary>
    private const int MostUnflushed = 16 << 10;

    /// <summary>Bytes that one UTF-16 unit of a text becomes at most: <c>\uXXXX</c>.</summary>
    private const int MostEscaped = 6;

    /// <summary>Bytes of an event besides its data.</summary>
    private const int Around = 8;

    private long _unflushed;

    public bool HasStarted { get; private set; }

    /// <summary>So much waits that it should go out before there is more.</summary>
    public bool IsFull => _unflushed >= MostUnflushed;

    public void Write(IReadOnlyList<ServerEvent> events)
    {
        for (var index = 0; index < events.Count; index++)
        {
            Write(events[index]);
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

        _unflushed += one.Data is { } data ? WriteJson(body, data) : WriteReady(body, one);
    }

    /// <returns>Bytes.</returns>
    private static long WriteJson(PipeWriter body, JsonObject data)
    {
        body.Write("data: "u8);
        using var json = new Utf8JsonWriter(body, Unchecked);
        data.WriteTo(json);
        json.Flush();
        body.Write("\n\n"u8);
        return json.BytesCommitted + Around;
    }

    // one piece of memory for the whole event: each costs the server more than the few bytes that go there
    private static long WriteReady(PipeWriter body, ServerEvent one)
    {
        ReadOnlySpan<byte> before = one.Written, after = one.After;
        var text = one.Text ?? "";
        var memory = body.GetSpan(before.Length + (text.Length * MostEscaped) + after.Length + Around);
        "data: "u8.CopyTo(memory);
        before.CopyTo(memory["data: "u8.Length..]);
        var length = "data: "u8.Length + before.Length;
        length += Escape(text, memory[length..]);
        after.CopyTo(memory[length..]);
        length += after.Length;
        "\n\n"u8.CopyTo(memory[length..]);
        length += "\n\n"u8.Length;
        body.Advance(length);
        return length;
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
