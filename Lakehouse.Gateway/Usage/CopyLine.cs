using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Lakehouse.Gateway.Usage;

/// <summary>One row in the text form of COPY: fields, a tab after each, a newline after the last (https://www.postgresql.org/docs/current/sql-copy.html, "Text Format").</summary>
internal sealed class CopyLine
{
    public const string Null = @"\N";

    private const int LongestNumber = 20, UpToMilliseconds = 23;
    private static readonly SearchValues<char> Special = SearchValues.Create('\\', '\t', '\n', '\r');
    private byte[] _bytes = new byte[1024];
    private int _length;

    public void Add(string? text)
    {
        if (text is null)
        {
            text = Null;
        }
        else if (text.AsSpan().ContainsAny(Special))
        {
            text = text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\t", @"\t", StringComparison.Ordinal)
                .Replace("\n", @"\n", StringComparison.Ordinal).Replace("\r", @"\r", StringComparison.Ordinal);
        }

        // half of a surrogate pair becomes U+FFFD
        End(Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length))));
    }

    public void Add(long number)
    {
        Utf8Formatter.TryFormat(number, Room(LongestNumber), out var written);
        End(written);
    }

    public void Add(long? number)
    {
        if (number is { } known)
        {
            Add(known);
        }
        else
        {
            Add((string?)null);
        }
    }

    public void Add(bool flag) => Add(flag ? "true" : "false");

    /// <summary>In UTC, to the millisecond.</summary>
    public void Add(DateTimeOffset time)
    {
        // the round-trip format, which .NET writes several times faster than one of our own, has four more digits
        var room = Room(32);
        time.UtcDateTime.TryFormat(room, out _, "O", CultureInfo.InvariantCulture);
        room[UpToMilliseconds] = (byte)'Z';
        End(UpToMilliseconds + 1);
    }

    /// <summary>The line so far, which begins anew.</summary>
    public byte[] Take()
    {
        _bytes[_length - 1] = (byte)'\n';
        var line = _bytes.AsSpan(0, _length).ToArray();
        _length = 0;
        return line;
    }

    /// <param name="line">As <see cref="Take"/> gave it.</param>
    /// <returns>The fields; null is <see cref="Null"/>, which no text is.</returns>
    public static string[] Split(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line).TrimEnd('\n').Split('\t');

    /// <returns>What was added.</returns>
    public static string? Text(string field)
    {
        if (field == Null || !field.Contains('\\', StringComparison.Ordinal))
        {
            return field == Null ? null : field;
        }

        var text = new StringBuilder(field.Length);
        for (var at = 0; at < field.Length; at++)
        {
            text.Append(field[at] != '\\' || at + 1 == field.Length ? field[at] : field[++at] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', var other => other });
        }

        return text.ToString();
    }

    private Span<byte> Room(int bytes)
    {
        if (_bytes.Length - _length <= bytes)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + bytes + 1));
        }

        return _bytes.AsSpan(_length);
    }

    private void End(int written)
    {
        _length += written;
        _bytes[_length++] = (byte)'\t';
    }
}
