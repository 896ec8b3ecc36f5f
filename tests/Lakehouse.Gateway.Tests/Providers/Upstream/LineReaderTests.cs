using System.Text;
using CsCheck;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Tests.Providers.Upstream;

public sealed class LineReaderTests
{
    [Fact]
    public async Task Lines_are_whole_at_every_split_point()
    {
        var bytes = Encoding.UTF8.GetBytes("{\"a\":\"grüße 😀\"}\r\n\n{\"b\":2}\n{\"last\":true}");
        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second += 3)
            {
                Assert.Equal(["{\"a\":\"grüße 😀\"}", "{\"b\":2}", "{\"last\":true}"], await ReadAsync(bytes[..first], bytes[first..second], bytes[second..]));
            }
        }
    }

    [Fact]
    public async Task Any_text_in_any_pieces_gives_the_same_lines() => await Gen.Select(Gen.String.Array[0, 8], Gen.Int[1, 7]).SampleAsync(async (texts, size) =>
    {
        var lines = texts.Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace("\n", " ", StringComparison.Ordinal).Trim()).ToArray();
        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        var read = await ReadAsync([.. bytes.Chunk(size)]);
        return read.SequenceEqual(lines.Where(line => line.Length > 0));
    });

    [Fact]
    public async Task Giant_line_is_a_fault_and_not_a_reason_to_fill_the_memory()
    {
        var piece = new byte[1 << 20];
        Array.Fill(piece, (byte)'x');

        var problem = await Assert.ThrowsAsync<ProviderException>(() => ReadAsync([.. Enumerable.Repeat(piece, 6)]));

        Assert.Equal(ProviderFailure.Protocol, problem.Failure);
    }

    private static async Task<List<string>> ReadAsync(params byte[][] pieces)
    {
        var lines = new List<string>();
        await foreach (var line in LineReader.ReadAsync(new PiecewiseStream(pieces), () => { }, TestContext.Current.CancellationToken))
        {
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>Gives one piece a read, as a network does.</summary>
    private sealed class PiecewiseStream(byte[][] pieces) : MemoryStream
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
}
