namespace Lakehouse.Benchmarks.Servers;

/// <summary>Counts the spans of an <c>ExportTraceServiceRequest</c>: <c>resource_spans</c> (1), in them <c>scope_spans</c> (2), in them
/// <c>spans</c> (2). Source: https://github.com/open-telemetry/opentelemetry-proto.</summary>
internal static class OtlpSpans
{
    private static readonly int[] Path = [1, 2, 2];

    /// <param name="message">Protobuf, without gRPC's prefix.</param>
    public static long Count(ReadOnlySpan<byte> message) => Count(message, 0);

    private static long Count(ReadOnlySpan<byte> message, int depth)
    {
        if (depth == Path.Length)
        {
            return 1;
        }

        long count = 0;
        while (!message.IsEmpty)
        {
            var tag = Number(ref message);
            var (field, kind) = ((int)(tag >> 3), (int)(tag & 7));
            var length = kind switch { 0 => 0, 1 => 8, 2 => (int)Number(ref message), 5 => 4, _ => throw new BenchmarkException($"OTLP with wire type {kind}.") };
            if (kind == 0)
            {
                Number(ref message);
            }

            count += kind == 2 && field == Path[depth] ? Count(message[..length], depth + 1) : 0;
            message = message[length..];
        }

        return count;
    }

    // a varint: seven bits a byte, the lowest first
    private static ulong Number(ref ReadOnlySpan<byte> message)
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[0];
            message = message[1..];
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }
    }
}
