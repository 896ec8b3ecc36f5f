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

    private static readonly Gen<SseEvent> Event =
        Gen.Select(Any.Of<string?>(null, "error", "message_stop"), Line.Array[1, 3]).Select((name, lines) => new SseEvent(name, string.Join('\n', lines)));

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
        Assert.Equal([new(name, data)], await ReadAsync(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public async Task Event_of_many_lines_is_not_a_reason_to_fill_the_memory()
    {
        var line = Encoding.UTF8.GetBytes($"data: {new string('x', 1 << 20)}\n");

        var problem = await Assert.ThrowsAsync<ProviderException>(() => ReadAsync([.. Enumerable.Repeat(line, 6)]));

        Assert.Equal(ProviderFailure.Protocol, problem.Failure);
    }

    private static string Write(SseEvent[] events, string end, bool comments, bool lastLine)
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

    private static async Task<List<SseEvent>> ReadAsync(params byte[][] pieces)
    {
        var events = new List<SseEvent>();
        await foreach (var step in SseReader.ReadAsync(new PiecewiseStream(pieces), () => { }, TestContext.Current.CancellationToken))
        {
            events.Add(step);
        }

        return events;
    }
}
