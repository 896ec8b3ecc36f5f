using System.Net;
using Lakehouse.Gateway.Providers;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Lakehouse.Gateway.Tests.Routing;

/// <summary>A caller who does not read what it is sent: no fault of the model's.</summary>
public sealed class SlowReaderTests(TestPostgres postgres)
{
    private static readonly CallTimeouts Limits = new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));

    [Fact]
    public async Task Reader_who_stops_is_cancelled_and_the_models_circuit_stays_closed()
    {
        await using var app = await ChainApp.StartAsync(postgres, """
            retries_per_candidate = 0
            [breaker]
            failures = 1
            cooldown_seconds = 3600
            [timeouts]
            idle_seconds = 0.5
            whole_seconds = 3
            """, new() { ["Budgets:Consumers:bot:Tokens"] = "1000000000000" }, answers: (context, body) => body["stream"]!.GetValue<bool>() ? EndlesslyAsync(context) : OllamaStub.HelloAsync(context, body));

        using var unread = await app.Client.PostStreamAsync(Calls.Hello("first/m", stream: true));
        Assert.Equal(HttpStatusCode.OK, unread.StatusCode);
        var request = await app.RequestAsync(unread);
        using var next = await app.Client.ChatAsync(Calls.Hello("first/m"));

        Assert.Equal("cancelled", request["status"]!.ToString());
        Assert.StartsWith("The caller did not read its stream in ", request["attempts"]![0]!["error"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "first"), (next.StatusCode, next.Header("x-lakehouse-provider")));
    }

    [Fact]
    public void Idle_limit_waits_for_the_reader_and_begins_anew_after_it()
    {
        var time = new FakeTimeProvider();
        using var clock = new CallClock(Limits, time, TestContext.Current.CancellationToken);
        clock.SawBytes();

        clock.WaitForReader();
        time.Advance(Limits.Idle * 2);
        clock.SawBytes();
        time.Advance(Limits.Idle * 2);
        Assert.False(clock.Token.IsCancellationRequested);
        clock.ReaderCameBack();
        time.Advance(Limits.Idle / 2);
        Assert.False(clock.Token.IsCancellationRequested);
        time.Advance(Limits.Idle / 2);

        Assert.True(clock.Token.IsCancellationRequested);
        Assert.Equal(ProviderFailure.IdleTimeout, clock.Failure(new TimeoutException()).Failure);
    }

    [Fact]
    public void Whole_limit_waits_for_nobody_and_is_booked_to_who_took_the_time()
    {
        foreach (var (readerTakes, failure) in new[] { (Limits.Idle, ProviderFailure.IdleTimeout), (Limits.Whole, ProviderFailure.Cancelled) })
        {
            var time = new FakeTimeProvider();
            using var clock = new CallClock(Limits, time, TestContext.Current.CancellationToken);
            clock.SawBytes();
            clock.WaitForReader();
            time.Advance(readerTakes);
            clock.ReaderCameBack();
            for (var elapsed = readerTakes; elapsed < Limits.Whole; elapsed += Limits.Idle / 2)
            {
                clock.SawBytes();
                time.Advance(Limits.Idle / 2);
            }

            Assert.True(clock.Token.IsCancellationRequested);
            Assert.Equal(failure, clock.Failure(new TimeoutException()).Failure);
        }
    }

    private static async Task EndlesslyAsync(HttpContext context)
    {
        var line = OllamaStub.Piece(new string('x', 64 << 10)) + "\n";
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.WriteAsync(line, context.RequestAborted);
        }
    }
}
