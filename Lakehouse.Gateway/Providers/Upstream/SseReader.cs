using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>Server-sent events. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html.</summary>
internal sealed class SseReader(LineReader lines) : IEventReader
{
    private readonly ArrayBufferWriter<byte> _data = new(512);
    private ArrayBufferWriter<byte>? _stray;
    private string? _name;
    private bool _hasData;

    public bool TryRead(out SseEvent item)
    {
        while (lines.TryRead(out var line))
        {
            var field = Trimmed(line.Span);
            if (!field.IsEmpty)
            {
                Take(field);
            }
            else if (Ended(out item))
            {
                return true;
            }
        }

        // the specification drops an event without its closing empty line; vendors cut exactly there, and what it says matters
        item = default;
        return lines.HasEnded && (Ended(out item) || Stray(out item));
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        if (IsField(line, "data"u8, out var value))
        {
            if (_hasData)
            {
                Add(_data, "\n"u8);
            }
            else
            {
                _data.ResetWrittenCount();
            }

            _hasData = true;
            Add(_data, value);
        }
        else if (IsField(line, "event"u8, out value))
        {
            _name = Encoding.UTF8.GetString(value);
        }
        else if (line[0] != ':' && !IsField(line, "id"u8, out _) && !IsField(line, "retry"u8, out _))
        {
            Add(_stray ??= new(), line);
            Add(_stray, "\n"u8);
        }
    }

    /// <returns>Whether it was an event and no mere name.</returns>
    private bool Ended(out SseEvent item)
    {
        var isEvent = _hasData;
        item = isEvent ? new(_name, Valid(_data.WrittenMemory)) : default;
        (_name, _hasData) = (null, false);
        return isEvent;
    }

    private bool Stray(out SseEvent item)
    {
        var isStray = _stray is not null;
        item = isStray ? new(SseEvent.NotAnEvent, Valid(_stray!.WrittenMemory)) : default;
        _stray = null;
        return isStray;
    }

    private static void Add(ArrayBufferWriter<byte> target, ReadOnlySpan<byte> bytes)
    {
        if (target.WrittenCount + bytes.Length > LineReader.LongestLine)
        {
            throw new ProviderException(ProviderFailure.Protocol, $"The model sent an event of more than {LineReader.LongestLine >> 20} MiB.");
        }

        target.Write(bytes);
    }

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)'\r');
        var mark = Encoding.UTF8.Preamble;
        while (line.StartsWith(mark))
        {
            line = line[mark.Length..];
        }

        return line;
    }

    // what is no UTF-8 becomes U+FFFD, here and not where somebody wants to read it
    private static ReadOnlyMemory<byte> Valid(ReadOnlyMemory<byte> data) =>
        Utf8.IsValid(data.Span) ? data : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(data.Span));

    /// <returns>Whether the line is this field.</returns>
    private static bool IsField(ReadOnlySpan<byte> line, ReadOnlySpan<byte> field, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!line.StartsWith(field) || (line.Length > field.Length && line[field.Length] != ':'))
        {
            return false;
        }

        value = line.Length == field.Length ? default : line[(field.Length + 1)..];
        value = value is [(byte)' ', ..] ? value[1..] : value;
        return true;
    }
}
