using System.Text.Json.Nodes;
using Lakehouse.Gateway.Chat;
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
}
