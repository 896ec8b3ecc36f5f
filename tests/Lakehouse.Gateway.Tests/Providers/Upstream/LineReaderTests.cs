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
    public async Task Any_lines_are_the_same_at_every_split_point() =>
        await Gen.Select(Any.Of("", " x ", "{\"a\":\"grüße 😀\"}", "世界", "{}").Array[0, 6], Any.Of("\n", "\r\n"), Gen.Bool).SampleAsync(async (texts, end, closed) =>
        {
            var bytes = Encoding.UTF8.GetBytes(string.Join(end, texts) + (closed ? end : ""));
            var lines = texts.Select(text => text.Trim()).Where(text => text.Length > 0);
            for (var split = 0; split <= bytes.Length; split++)
            {
                Assert.Equal(lines, await ReadAsync(bytes[..split], bytes[split..]));
            }
        }, iter: 60, threads: 1);

    [Fact]
    public async Task Giant_line_is_a_fault_and_not_a_reason_to_fill_the_memory()
    {
        var piece = new byte[1 << 20];
        Array.Fill(piece, (byte)'x');

        var problem = await Assert.ThrowsAsync<ProviderException>(() => ReadAsync([.. Enumerable.Repeat(piece, 6)]));

        Assert.Equal(ProviderFailure.Protocol, problem.Failure);
    }

    [Fact]
    public async Task Lines_that_came_together_need_no_second_read()
    {
        using var reader = new LineReader(new PiecewiseStream(["a\nb\n\nc"u8.ToArray(), "d\r\n"u8.ToArray()]));

        Assert.False(reader.TryRead(out _));
        await reader.FillAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["a", "b", ""], AtHand(reader));
        await reader.FillAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["cd\r"], AtHand(reader));
        await reader.FillAsync(TestContext.Current.CancellationToken);
        Assert.True(reader.HasEnded);
        Assert.Empty(AtHand(reader));
    }

    /// <returns>The lines without the white space around them and without the empty ones.</returns>
    private static async Task<List<string>> ReadAsync(params byte[][] pieces)
    {
        using var reader = new LineReader(new PiecewiseStream(pieces));
        var lines = new List<string>();
        while (!reader.HasEnded)
        {
            await reader.FillAsync(TestContext.Current.CancellationToken);
            lines.AddRange(AtHand(reader));
        }

        return [.. lines.Select(line => line.Trim()).Where(line => line.Length > 0)];
    }

    private static List<string> AtHand(LineReader reader)
    {
        var lines = new List<string>();
        while (reader.TryRead(out var line))
        {
            lines.Add(Encoding.UTF8.GetString(line.Span));
        }

        return lines;
    }
}
