using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Benchmarks.Servers;

/// <summary>The least that a gateway on Kestrel can do: read the body, parse it, ask the upstream, copy its reply.</summary>
internal static class FloorServer
{
    public const string Command = "serve-floor";

    public static async Task RunAsync(int port, int whole, int streamed)
    {
        using var upstream = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None, ActivityHeadersPropagator = null });
        var (forWhole, forStreamed) = (Address(whole), Address(streamed));
        await using var app = OwnKestrel.Build(port, _ => { });
        app.Run(context => PassAsync(context, upstream, forWhole, forStreamed));
        await OwnKestrel.RunAsync(app);
    }

    private static async Task PassAsync(HttpContext context, HttpMessageInvoker upstream, Uri whole, Uri streamed)
    {
        using var body = new MemoryStream((int)(context.Request.ContentLength ?? 0));
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        using var json = JsonDocument.Parse(bytes);
        var isStreamed = json.RootElement.GetProperty("stream").GetBoolean();

        using var request = new HttpRequestMessage(HttpMethod.Post, isStreamed ? streamed : whole) { Content = new ReadOnlyMemoryContent(bytes) };
        request.Content.Headers.ContentType = new("application/json");
        using var reply = await upstream.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)reply.StatusCode;
        context.Response.ContentType = reply.Content.Headers.ContentType?.ToString();
        context.Response.ContentLength = isStreamed ? null : reply.Content.Headers.ContentLength;
        await reply.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static Uri Address(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/v1/chat/completions"));
}
