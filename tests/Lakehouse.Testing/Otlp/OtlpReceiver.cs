using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Lakehouse.Testing;

/// <summary>
/// Takes what services export over OTLP/HTTP (protobuf) and keeps the spans, so that a test can ask for a trace. Point a
/// service at it with <see cref="Environment"/>.
/// </summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);

    private readonly WebApplication _app;
    private readonly Lock _changing = new();
    private readonly List<OtlpSpan> _spans = [];
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _problem;

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>What makes a service export here, and at once: its default is to collect for five seconds.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Url,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        // an export that is given up is lost, and a busy machine is slow
        ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "60000",
    };

    public IReadOnlyList<OtlpSpan> Spans
    {
        get
        {
            lock (_changing)
            {
                return [.. _spans];
            }
        }
    }

    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.MapPost("/v1/traces", receiver.ReceiveAsync);
        receiver._app.MapPost("/v1/logs", AcceptAsync);
        receiver._app.MapPost("/v1/metrics", AcceptAsync);
        await receiver._app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <returns>All spans, as soon as together they meet the condition; fails after two and a half minutes with the names that came.</returns>
    public async Task<IReadOnlyList<OtlpSpan>> WaitForSpansAsync(Func<IReadOnlyList<OtlpSpan>, bool> until, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrived;
            IReadOnlyList<OtlpSpan> spans;
            lock (_changing)
            {
                (arrived, spans) = (_arrived.Task, [.. _spans]);
                if (_problem is not null)
                {
                    throw new InvalidOperationException($"An export could not be read: {_problem}");
                }
            }

            if (until(spans))
            {
                return spans;
            }

            try
            {
                await arrived.WaitAsync(Limit, TimeProvider.System, cancellationToken);
            }
            catch (TimeoutException late)
            {
                throw new TimeoutException($"No span came for {Limit}. There are:{System.Environment.NewLine}{string.Join(System.Environment.NewLine, spans.Select(span => $"{span.TraceId} {span.Service} {span.Name}"))}", late);
            }
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AcceptAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        Accept(context);
    }

    // an empty answer message is zero bytes
    private static void Accept(HttpContext context) => context.Response.ContentType = "application/x-protobuf";

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        lock (_changing)
        {
            try
            {
                _spans.AddRange(OtlpTraces.Read(body.ToArray()));
            }
            catch (Google.Protobuf.InvalidProtocolBufferException problem)
            {
                _problem = problem.Message;
            }

            var arrived = _arrived;
            _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            arrived.SetResult();
        }

        Accept(context);
    }
}
