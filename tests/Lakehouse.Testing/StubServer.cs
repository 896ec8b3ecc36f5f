using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Lakehouse.Testing;

/// <summary>Plays a vendor or a forge on a free loopback port; keeps what it was asked.</summary>
public sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubServer(WebApplication app, ConcurrentQueue<StubRequest> requests) => (_app, Requests) = (app, requests);

    public ConcurrentQueue<StubRequest> Requests { get; }

    public string Url => _app.Urls.Single();

    /// <param name="answer">Gets the request, whose body was read already and can be read again.</param>
    public static async Task<StubServer> StartAsync(Func<HttpContext, string, Task> answer, CancellationToken cancellationToken)
    {
        var requests = new ConcurrentQueue<StubRequest>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            requests.Enqueue(new StubRequest(context.Request.Method, context.Request.Path + context.Request.QueryString, headers, body));
            await answer(context, body);
        });
        await app.StartAsync(cancellationToken);
        return new StubServer(app, requests);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

public sealed record StubRequest(string Method, string PathAndQuery, IReadOnlyDictionary<string, string> Headers, string Body);
