using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>Lines of a byte stream, whole, however the network split them (in the middle of a character too).</summary>
internal static class LineReader
{
    /// <summary>Bytes. No vendor sends a longer event; what is longer is not a line but a fault.</summary>
    public const int LongestLine = 4 << 20;

    /// <exception cref="ProviderException">A line is too long.</exception>
    /// <param name="keepEmpty">True = every line as it is; false = trimmed, without the empty ones.</param>
    public static async IAsyncEnumerable<string> ReadAsync(Stream stream, Action sawBytes, [EnumeratorCancellation] CancellationToken cancellationToken, bool keepEmpty = false)
    {
        var reader = PipeReader.Create(stream);
        try
        {
            // bytes of an unfinished line in which there is no line end: not looked at again, or a long line takes quadratic time
            var scanned = 0L;
            while (true)
            {
                var result = await reader.ReadAsync(cancellationToken);
                var buffer = result.Buffer;
                if (!buffer.IsEmpty)
                {
                    sawBytes();
                }

                while (buffer.Slice(scanned).PositionOf((byte)'\n') is { } end)
                {
                    var line = buffer.Slice(0, end);
                    Check(line);
                    var text = Text(line, keepEmpty);
                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                    scanned = 0;
                    if (keepEmpty || text.Length > 0)
                    {
                        yield return text;
                    }
                }

                Check(buffer);
                if (result.IsCompleted)
                {
                    if (Text(buffer, keepEmpty) is { Length: > 0 } last)
                    {
                        yield return last;
                    }

                    yield break;
                }

                scanned = buffer.Length;
                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        finally
        {
            // gives the buffers back to their pool
            await reader.CompleteAsync();
        }
    }

    private static void Check(ReadOnlySequence<byte> line)
    {
        if (line.Length > LongestLine)
        {
            throw new ProviderException(ProviderFailure.Protocol, $"The model sent a line of more than {LongestLine >> 20} MiB.");
        }
    }

    private static string Text(ReadOnlySequence<byte> line, bool keep)
    {
        var text = Encoding.UTF8.GetString(line);
        return keep ? text.TrimEnd('\r').TrimStart('\uFEFF') : text.Trim();
    }
}
