using System.Threading.Channels;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Tests.Security;
using Microsoft.Extensions.Time.Testing;

namespace Lakehouse.Gateway.Tests.Errors;

public sealed class BackgroundTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Turn_that_fails_is_logged_and_followed_by_the_next_until_all_stops()
    {
        var (time, logs, turns, count) = (new FakeTimeProvider(), new CapturedLogs(), Channel.CreateUnbounded<int>(), 0);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);

        var running = Background.EveryAsync(Pause, time, logs.CreateLogger("work"), _ =>
        {
            turns.Writer.TryWrite(++count);
            // a time limit of somebody else's is a fault like another
            return count switch { 1 => throw new InvalidOperationException("odd"), 2 => throw new OperationCanceledException(), _ => Task.CompletedTask };
        }, stopping.Token);
        foreach (var turn in new[] { 1, 2, 3 })
        {
            time.Advance(Pause);
            Assert.Equal(turn, await turns.Reader.ReadAsync(Cancelled));
        }

        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal([true, true], logs.Lines.Select(line => line.Contains("odd", StringComparison.Ordinal) || line.Contains(nameof(OperationCanceledException), StringComparison.Ordinal)));
    }
}
