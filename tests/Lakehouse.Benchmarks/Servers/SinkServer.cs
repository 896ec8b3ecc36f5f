using System.Globalization;
using System.Net;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Lakehouse.Benchmarks.Servers;

/// <summary>Takes OTLP over gRPC (https://opentelemetry.io/docs/specs/otlp/), counts its bytes and spans and drops them.</summary>
internal static class SinkServer
{
    public const string Command = "serve-sink";

    // a message of gRPC that is not compressed and has no bytes: every field of the answer at its default
    private static readonly byte[] EmptyMessage = new byte[PrefixLength];

    private const int PrefixLength = 5;

    private static long _bytes;
    private static long _spans;

    public static async Task RunAsync(int port)
    {
        await using var app = OwnKestrel.Build(port, listen => listen.Protocols = HttpProtocols.Http2);
        app.MapGet("/count", () => string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Read(ref _bytes)} {Interlocked.Read(ref _spans)}"));
        app.MapPost("/{service}/Export", TakeAsync);
        await OwnKestrel.RunAsync(app);
    }

    public static async Task<Telemetry> CountAsync(int port, CancellationToken cancellationToken)
    {
        using var client = Http.Client(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        (client.DefaultRequestVersion, client.DefaultVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        var numbers = (await client.GetStringAsync(new Uri("/count", UriKind.Relative), cancellationToken)).Split(' ');
        return new(long.Parse(numbers[0], CultureInfo.InvariantCulture), long.Parse(numbers[1], CultureInfo.InvariantCulture));
    }

    private static async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        Interlocked.Add(ref _bytes, body.Length);
        if (context.Request.Path.Value!.Contains("TraceService", StringComparison.Ordinal) && body.Length > PrefixLength)
        {
            Interlocked.Add(ref _spans, OtlpSpans.Count(body.GetBuffer().AsSpan(PrefixLength, (int)body.Length - PrefixLength)));
        }

        context.Response.ContentType = "application/grpc";
        context.Response.AppendTrailer("grpc-status", "0");
        await context.Response.Body.WriteAsync(EmptyMessage, context.RequestAborted);
    }
}

/// <summary>What has come so far, of traces, metrics and logs.</summary>
internal sealed record Telemetry(long Bytes, long Spans)
{
    public static Telemetry operator -(Telemetry later, Telemetry earlier) => new(later.Bytes - earlier.Bytes, later.Spans - earlier.Spans);
}
