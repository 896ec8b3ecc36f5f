namespace Lakehouse.BotWorker.Tests.Worker.Kills;

/// <summary>A place in a cycle where the worker is held, so that it is certainly there when it is killed.</summary>
internal interface IKillPoint
{
    /// <summary>Before the worker comes by.</summary>
    Task ArmAsync();

    /// <summary>Ends when the worker is held.</summary>
    Task ReachedAsync();

    /// <summary>After the kill: the next worker is not held, and what was held for this one does not happen any more.</summary>
    Task LiftAsync();
}
