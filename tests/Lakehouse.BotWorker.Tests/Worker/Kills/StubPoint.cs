using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Worker.Kills;

/// <summary>A stub has got the worker's request and does not answer.</summary>
/// <param name="gate">Sets what the stub waits for before it answers.</param>
/// <param name="count">Requests that it has got.</param>
internal sealed class StubPoint(Action<Task> gate, Func<int> count) : IKillPoint
{
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _before;

    public Task ArmAsync()
    {
        _before = count();
        gate(_answer.Task);
        return Task.CompletedTask;
    }

    public Task ReachedAsync() => Eventually.TrueAsync(() => Task.FromResult(count() > _before), TestContext.Current.CancellationToken);

    public Task LiftAsync()
    {
        gate(Task.CompletedTask);
        _answer.SetResult();
        return Task.CompletedTask;
    }
}
