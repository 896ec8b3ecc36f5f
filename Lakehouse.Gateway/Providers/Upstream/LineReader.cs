using System.Buffers;

namespace Lakehouse.Gateway.Providers.Upstream;

/// <summary>Lines of a byte stream, whole, however the network split them (in the middle of a character too).</summary>
internal sealed class LineReader(Stream stream) : IDisposable
{
    /// <summary>Bytes. No vendor sends a longer event; what is longer is not a line but a fault.</summary>
    public const int LongestLine = 4 << 20;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(8 << 10);
    private int _start;
    private int _end;

    // before it there is no line end: not looked at again, or a long line takes quadratic time
    private int _scanned;

    /// <summary>There is no more than what was read already.</summary>
    public bool HasEnded { get; private set; }

    /// <param name="line">Without its line feed; good until more is read. The last line may have had none.</param>
    /// <returns>False = no whole line is at hand.</returns>
    /// <exception cref="ProviderException">The line is too long.</exception>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        var length = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
        var end = length < 0 ? _end : _scanned + length;
        if (end - _start > LongestLine)
        {
            throw new ProviderException(ProviderFailure.Protocol, $"The model sent a line of more than {LongestLine >> 20} MiB.");
        }

        line = _buffer.AsMemory(_start, end - _start);
        if (length < 0 && !(HasEnded && end > _start))
        {
            _scanned = end;
            return false;
        }

        _start = _scanned = Math.Min(end + 1, _end);
        return true;
    }

    /// <summary>Waits for more bytes, or for the end.</summary>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        HasEnded = read == 0;
        _end += read;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void MakeRoom()
    {
        var (full, length) = (_buffer, _end - _start);
        if (length == full.Length)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(2 * length);
        }

        if (_start > 0 || _buffer != full)
        {
            full.AsSpan(_start, length).CopyTo(_buffer);
            (_start, _scanned, _end) = (0, _scanned - _start, length);
        }

        if (_buffer != full)
        {
            ArrayPool<byte>.Shared.Return(full);
        }
    }
}
