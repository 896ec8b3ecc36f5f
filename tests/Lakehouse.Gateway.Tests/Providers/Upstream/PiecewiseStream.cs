namespace Lakehouse.Gateway.Tests.Providers.Upstream;

/// <summary>Gives one piece a read, as a network does.</summary>
internal sealed class PiecewiseStream(byte[][] pieces) : MemoryStream
{
    private int _piece;
    private int _at;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_piece < pieces.Length && _at == pieces[_piece].Length)
        {
            (_piece, _at) = (_piece + 1, 0);
        }

        if (_piece == pieces.Length)
        {
            return new(0);
        }

        var count = Math.Min(buffer.Length, pieces[_piece].Length - _at);
        pieces[_piece].AsSpan(_at, count).CopyTo(buffer.Span);
        _at += count;
        return new(count);
    }
}

internal static class Any
{
    public static CsCheck.Gen<T> Of<T>(params T[] values) => CsCheck.Gen.Select(CsCheck.Gen.Int[0, values.Length - 1], index => values[index]);
}
