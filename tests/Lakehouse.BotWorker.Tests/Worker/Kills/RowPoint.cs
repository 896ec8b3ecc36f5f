namespace Lakehouse.BotWorker.Tests.Worker.Kills;

/// <summary>A step's row is being written: <c>running</c> is before its work, <c>done</c> or <c>ended</c> is after its work, which then is not stored.</summary>
internal sealed class RowPoint(CrashGate gate, string step, string state) : IKillPoint
{
    public Task ArmAsync() => gate.CloseAsync(step, state);

    public Task ReachedAsync() => gate.ReachedAsync();

    public async Task LiftAsync()
    {
        await gate.DropAsync();
        await gate.LiftAsync();
    }
}
