using System.Diagnostics;
using System.Text;
using Lakehouse.Testing;

namespace Lakehouse.Observer.Tests.Telemetry;

/// <summary>The observer as a process of its own with the real exporter.</summary>
public sealed class TraceTests(TestPostgres postgres)
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string CallerSpan = "00f067aa0ba902b7";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Event_is_a_span_in_the_trace_of_who_sent_it()
    {
        await using var receiver = await OtlpReceiver.StartAsync(Cancelled);
        await using var observer = await StartAsync(receiver);
        using var http = Http.Client(observer.Url);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/event")
        {
            Headers = { { "traceparent", $"00-{TraceId}-{CallerSpan}-01" } },
            Content = new StringContent(
                """
                {"event_id":"evt_1","source":"bot","endpoint":"bot.cycle","ok":true,"outcome":"ok","cycle_id":"20260422T031500Z-abcdef",
                 "gap_id":"0123456789ab","pr_url":"http://localhost:3300/pulls/1","cost_nano_usd":1500000}
                """,
                Encoding.UTF8,
                "application/json"),
        };

        using var reply = await http.SendAsync(request, Cancelled);
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(Cancelled));
        var spans = await receiver.WaitForSpansAsync(all => all.Any(span => span.ParentId == CallerSpan), Cancelled);

        var server = Assert.Single(spans, span => span.ParentId == CallerSpan);
        var observe = Assert.Single(spans, span => span.Name == "observe bot.cycle");
        Assert.Equal((TraceId, ActivityKind.Server, "observer"), (server.TraceId, server.Kind, server.Service));
        Assert.Equal(200L, server["http.response.status_code"]);
        Assert.Equal((TraceId, server.SpanId, "Lakehouse.Observer"), (observe.TraceId, observe.ParentId, observe.Scope));
        Assert.True(observe.Start >= server.Start && observe.End <= server.End && observe.End > observe.Start);
        Assert.Equal(
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["lakehouse.event.id"] = "evt_1",
                ["lakehouse.event.source"] = "bot",
                ["lakehouse.event.ok"] = true,
                ["lakehouse.outcome"] = "ok",
                ["lakehouse.cycle.id"] = "20260422T031500Z-abcdef",
                ["lakehouse.gap.id"] = "0123456789ab",
                ["lakehouse.pull_request.url"] = "http://localhost:3300/pulls/1",
                ["lakehouse.cost.nano_usd"] = 1_500_000L,
            },
            observe.Attributes);
        var database = spans.Where(span => span.ParentId == observe.SpanId).ToList();
        Assert.NotEmpty(database);
        Assert.All(database, span => Assert.Equal((TraceId, ActivityKind.Client), (span.TraceId, span.Kind)));
    }

    [Fact]
    public async Task Starting_and_watching_make_no_trace()
    {
        await using var receiver = await OtlpReceiver.StartAsync(Cancelled);
        await using var observer = await StartAsync(receiver);
        using var http = Http.Client(observer.Url);
        await http.GetStringAsync("/health", Cancelled);
        await http.GetStringAsync("/live", Cancelled);

        await http.GetStringAsync("/stats", Cancelled);
        var spans = await receiver.WaitForSpansAsync(all => all.Any(span => span.Kind == ActivityKind.Server), Cancelled);

        var trace = Assert.Single(spans.Select(span => span.TraceId).Distinct());
        Assert.Equal("GET /stats", Assert.Single(spans, span => span.TraceId == trace && span.ParentId.Length == 0).Name);
    }

    private async Task<RunningObserver> StartAsync(OtlpReceiver receiver)
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        var environment = new Dictionary<string, string?>(receiver.Environment)
        {
            ["ConnectionStrings__lakehouse"] = await postgres.CreateObserverDatabaseAsync(Cancelled),
            ["ASPNETCORE_URLS"] = url,
            ["OTEL_SERVICE_NAME"] = "observer",
        };
        var process = ChildProcess.StartAssembly(Built.Assembly("Lakehouse.Observer"), [], environment);
        await process.WaitForLineAsync("Application started", Cancelled);
        return new RunningObserver(process, url);
    }

    private sealed record RunningObserver(ChildProcess Process, string Url) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Process.DisposeAsync();
    }
}
