namespace Lakehouse.BotWorker.Tests.Worker.Kills;

/// <summary>The step has begun, and waits for the first table that it reads or writes.</summary>
internal sealed class TablePoint(CrashGate gate, string step) : IKillPoint
{
    public Task ArmAsync() => gate.CloseAsync(step, CrashGate.Begun);

    public Task ReachedAsync() => gate.HoldTablesAsync();

    public async Task LiftAsync()
    {
        await gate.DropAsync();
        await gate.LiftAsync();
    }
}
