using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Lakehouse.Gateway.Chat;
using Lakehouse.ServiceDefaults.Contracts;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Chat;

public sealed class SseWriterTests
{
    [Fact]
    public async Task Events_wait_together_until_they_are_some_kibibytes()
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;
        var writer = new SseWriter(context.Response);
        var events = new[] { new ServerEvent("delta", new() { ["text"] = new string('x', 700) }), new ServerEvent(null, null, new byte[300]) };
        var written = 0;

        for (; !writer.IsFull; written++)
        {
            writer.Write(events);
        }

        Assert.InRange(written, 15, 17);
        await writer.FlushAsync(TestContext.Current.CancellationToken);
        Assert.False(writer.IsFull);
        Assert.InRange(body.Length, 16 << 10, 18 << 10);
    }

    [Fact]
    public async Task Text_is_put_together_as_JSON_writes_it() => await Gen.OneOf(Gen.String, Gen.String[Gen.Char["a\"\\\n\u0001<é世\u2028"], 0, 2000]).SampleAsync(async text =>
    {
        var valid = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        var expected = new JsonObject { ["text"] = valid }.ToJsonString(LakehouseJson.Options);

        Assert.Equal($"data: {expected}\n\n", await WrittenAsync(new(null, null, "{\"text\":\""u8.ToArray(), valid, "\"}"u8.ToArray())));
    }, iter: 200);

    private static async Task<string> WrittenAsync(ServerEvent one)
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;
        var writer = new SseWriter(context.Response);
        writer.Write([one]);
        await writer.FlushAsync(TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(body.ToArray());
    }
}
