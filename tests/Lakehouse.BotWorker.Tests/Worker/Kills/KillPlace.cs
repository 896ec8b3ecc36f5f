namespace Lakehouse.BotWorker.Tests.Worker.Kills;

internal enum KillPlace
{
    /// <summary>The step before it is stored, and its own beginning is not.</summary>
    Before,

    /// <summary>It has begun, and is at what it does.</summary>
    Inside,

    /// <summary>Its work is done, and that is not stored.</summary>
    After,
}
