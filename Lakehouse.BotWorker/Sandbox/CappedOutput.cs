using System.Text;

namespace Lakehouse.BotWorker.Sandbox;

/// <summary>Keeps the start and the end of what a process prints: the first error is at the start, the counts are at the end.</summary>
internal sealed class CappedOutput(int most = 64 * 1024)
{
    /// <summary>Stands in for the middle where there was too much.</summary>
    public const string LeftOut = " characters left out …";

    private readonly Lock _lock = new();
    private readonly StringBuilder _head = new();
    private readonly StringBuilder _tail = new();
    private long _dropped;
    private long _length;

    /// <summary>Characters so far, those that were left out too.</summary>
    public long Length
    {
        get
        {
            lock (_lock)
            {
                return _length;
            }
        }
    }

    private int Half => most / 2;

    public void Append(ReadOnlySpan<char> text)
    {
        lock (_lock)
        {
            _length += text.Length;
            var room = Math.Min(Half - _head.Length, text.Length);
            _head.Append(text[..room]);
            _tail.Append(text[room..]);
            if (_tail.Length > most)
            {
                Trim();
            }
        }
    }

    public override string ToString()
    {
        lock (_lock)
        {
            if (_tail.Length > Half)
            {
                Trim();
            }

            return _dropped == 0 ? $"{_head}{_tail}" : $"{_head}\n… {_dropped}{LeftOut}\n{_tail}";
        }
    }

    private void Trim()
    {
        var excess = _tail.Length - Half;
        _tail.Remove(0, excess);
        _dropped += excess;
    }
}
