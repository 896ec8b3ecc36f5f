using System.Text;
using CsCheck;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Tests.Providers.Upstream;

public sealed class SseReaderTests
{
    private static readonly Gen<string> Line = Gen.OneOf(
        Any.Of("", " ", "[DONE]", "{\"a\":\"grüße 😀\"}", "a: b", ":", "data: x", "世"),
        Gen.String[0, 6].Select(text => Valid(text.Replace('\r', ' ').Replace('\n', ' ').TrimEnd('\uFEFF'))));

    private static readonly Gen<(string? Name, string Data)> Event =
        Gen.Select(Any.Of<string?>(null, "error", "message_stop"), Line.Array[1, 3]).Select((name, lines) => (name, string.Join('\n', lines)));

    [Fact]
    public async Task Any_events_are_the_same_at_every_split_point() =>
        await Gen.Select(Event.Array[0, 4], Any.Of("\n", "\r\n"), Gen.Bool, Gen.Bool).SampleAsync(async (events, end, comments, lastLine) =>
        {
            var bytes = Encoding.UTF8.GetBytes(Write(events, end, comments, lastLine));
            for (var split = 0; split <= bytes.Length; split++)
            {
                Assert.Equal(events, await ReadAsync(bytes[..split], bytes[split..]));
            }

            Assert.Equal(events, await ReadAsync([.. bytes.Chunk(1)]));
        }, iter: 60, threads: 1);

    [Theory]
    [InlineData("data:x\n\n", null, "x")]
    [InlineData("data:  x\n\n", null, " x")]
    [InlineData("data\n\n", null, "")]
    [InlineData("event: error\ndata: x\n\n", "error", "x")]
    [InlineData("id: 7\nretry: 10\n: hello\ndata: x\n\n", null, "x")]
    [InlineData("\uFEFFdata: x\n\n", null, "x")]
    [InlineData("data: x", null, "x")]
    [InlineData("event: ping\n\ndata: x\n\n", null, "x")]
    [InlineData("{\"error\":{\n\"code\":503}}", SseEvent.NotAnEvent, "{\"error\":{\n\"code\":503}}\n")]
    [InlineData("database: x\n\n", SseEvent.NotAnEvent, "database: x\n")]
    public async Task Field_is_read_as_the_specification_says(string text, string? name, string data) =>
        Assert.Equal([(name, data)], await ReadAsync(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public async Task Bytes_that_are_no_text_are_replaced() =>
        Assert.Equal([(null, "a\uFFFDb\nc\uFFFD")], await ReadAsync([.. "data: a"u8, 0xff, .. "b\ndata: c"u8, 0xc3, .. "\n\n"u8]));

    [Fact]
    public async Task Long_events_are_whole_and_the_next_ones_too()
    {
        var events = Enumerable.Range(0, 40).Select(number => ((string?)null, new string((char)('a' + (number % 26)), number * 977))).ToArray();
        var bytes = Encoding.UTF8.GetBytes(Write(events, "\n", comments: false, lastLine: true));

        Assert.Equal(events, await ReadAsync(bytes));
        Assert.Equal(events, await ReadAsync([.. bytes.Chunk(1000)]));
    }

    [Fact]
    public async Task Event_of_many_lines_is_not_a_reason_to_fill_the_memory()
    {
        var line = Encoding.UTF8.GetBytes($"data: {new string('x', 1 << 20)}\n");

        var problem = await Assert.ThrowsAsync<ProviderException>(() => ReadAsync([.. Enumerable.Repeat(line, 6)]));

        Assert.Equal(ProviderFailure.Protocol, problem.Failure);
    }

    private static string Write((string? Name, string Data)[] events, string end, bool comments, bool lastLine)
    {
        var text = new StringBuilder();
        foreach (var (name, data) in events)
        {
            text.Append(comments ? $": OPENROUTER PROCESSING{end}{end}" : "").Append(name is null ? "" : $"event: {name}{end}");
            foreach (var line in data.Split('\n'))
            {
                text.Append("data: ").Append(line).Append(end);
            }

            text.Append(end);
        }

        // a vendor that cuts the connection may leave the last empty line out
        return lastLine || events.Length == 0 ? text.ToString() : text.ToString()[..^end.Length];
    }

    // what cannot be encoded (half a surrogate pair) cannot be sent either
    private static string Valid(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static async Task<List<(string? Name, string Data)>> ReadAsync(params byte[][] pieces)
    {
        using var lines = new LineReader(new PiecewiseStream(pieces));
        var (reader, events) = (new SseReader(lines), new List<(string? Name, string Data)>());
        while (!lines.HasEnded)
        {
            await lines.FillAsync(TestContext.Current.CancellationToken);
            while (reader.TryRead(out var item))
            {
                events.Add((item.Name, Encoding.UTF8.GetString(item.Data.Span)));
            }
        }

        return events;
    }
}
