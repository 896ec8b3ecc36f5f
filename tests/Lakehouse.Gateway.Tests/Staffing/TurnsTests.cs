using Lakehouse.Gateway.Staffing.Tools;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Staffing;

public sealed class TurnsTests
{
    [Fact]
    public async Task No_more_run_at_once_than_there_are_places_and_the_others_in_the_order_in_which_they_came()
    {
        using var turns = new Turns(2);
        var (begun, ends) = (new List<int>(), Enumerable.Range(0, 6).Select(_ => new TaskCompletionSource()).ToArray());
        var runs = Enumerable.Range(0, 6).Select(number => RunAsync(turns, begun, number, ends[number].Task)).ToArray();
        Assert.Equal([0, 1], begun);

        for (var number = 0; number < 6; number++)
        {
            ends[number].SetResult();
            Assert.Equal(number, await runs[number]);
            // the place goes to the one who waits longest, on a thread of its own
            await Eventually.TrueAsync(() => Task.FromResult(Count(begun) == Math.Min(6, number + 3)), TestContext.Current.CancellationToken);
        }

        Assert.Equal(Enumerable.Range(0, 6), begun);
    }

    [Fact]
    public async Task Work_that_fails_gives_its_place_back()
    {
        using var turns = new Turns(1);

        await Assert.ThrowsAsync<InvalidOperationException>(() => turns.RunAsync<int>(() => throw new InvalidOperationException(), TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidOperationException>(() => turns.RunAsync(() => Task.FromException<int>(new InvalidOperationException()), TestContext.Current.CancellationToken));

        Assert.Equal(1, await turns.RunAsync(() => Task.FromResult(1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_neither_runs_nor_keeps_a_place()
    {
        using var turns = new Turns(1);
        using var patience = new CancellationTokenSource();
        var (begun, end) = (new List<int>(), new TaskCompletionSource());
        var first = RunAsync(turns, begun, 1, end.Task);
        var second = turns.RunAsync(() => Task.FromResult(Begin(begun, 2)), patience.Token);
        var third = RunAsync(turns, begun, 3, Task.CompletedTask);

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(third.IsCompleted);
        end.SetResult();

        Assert.Equal((1, 3), (await first, await third));
        Assert.Equal(4, await RunAsync(turns, begun, 4, Task.CompletedTask));
        Assert.Equal([1, 3, 4], begun);
    }

    private static Task<int> RunAsync(Turns turns, List<int> begun, int number, Task end) => turns.RunAsync(async () =>
    {
        Begin(begun, number);
        await end;
        return number;
    }, TestContext.Current.CancellationToken);

    private static int Begin(List<int> begun, int number)
    {
        lock (begun)
        {
            begun.Add(number);
        }

        return number;
    }

    private static int Count(List<int> begun)
    {
        lock (begun)
        {
            return begun.Count;
        }
    }
}
