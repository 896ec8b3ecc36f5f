using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>Writes requests, records and answers. Every call passes here, so that the buffer is kept for the next one on the same thread.</summary>
internal static class JsonBytes
{
    /// <summary>Bytes. A buffer that grew beyond it (images) is given back.</summary>
    private const int LargestKept = 1 << 20;

    // only a browser needs more escaped, and other alphabets would grow to the sixfold
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    /// <param name="write">Writes one whole value, without calling this again.</param>
    public static byte[] Of<T>(T state, Action<Utf8JsonWriter, T> write)
    {
        var buffer = t_buffer ??= new ArrayBufferWriter<byte>(4096);
        var writer = t_writer ??= new Utf8JsonWriter(buffer, Options);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        write(writer, state);
        writer.Flush();
        var bytes = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity > LargestKept)
        {
            (t_buffer, t_writer) = (null, null);
        }

        return bytes;
    }

    public static byte[] Of(JsonNode value) => Of(value, static (writer, value) => value.WriteTo(writer));

    public static void Write(Utf8JsonWriter writer, JsonNode? value)
    {
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.WriteTo(writer);
        }
    }
}
