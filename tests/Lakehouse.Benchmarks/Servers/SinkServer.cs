using System.Globalization;
using System.Net;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Lakehouse.Benchmarks.Servers;

/// <summary>Takes OTLP over gRPC (https://opentelemetry.io/docs/specs/otlp/), counts the bytes and drops them.</summary>
internal static class SinkServer
{
    public const string Command = "serve-sink";

    // a message of gRPC that is not compressed and has no bytes: every field of the answer at its default
    private static readonly byte[] EmptyMessage = new byte[5];

    private static long _bytes;

    public static async Task RunAsync(int port)
    {
        await using var app = OwnKestrel.Build(port, listen => listen.Protocols = HttpProtocols.Http2);
        app.MapGet("/count", () => Interlocked.Read(ref _bytes).ToString(CultureInfo.InvariantCulture));
        app.MapPost("/{service}/Export", TakeAsync);
        await OwnKestrel.RunAsync(app);
    }

    public static async Task<long> CountAsync(int port, CancellationToken cancellationToken)
    {
        using var client = Http.Client(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        (client.DefaultRequestVersion, client.DefaultVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        return long.Parse(await client.GetStringAsync(new Uri("/count", UriKind.Relative), cancellationToken), CultureInfo.InvariantCulture);
    }

    private static async Task TakeAsync(HttpContext context)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            Interlocked.Add(ref _bytes, read);
        }

        context.Response.ContentType = "application/grpc";
        context.Response.AppendTrailer("grpc-status", "0");
        await context.Response.Body.WriteAsync(EmptyMessage, context.RequestAborted);
    }
}
