namespace Lakehouse.BotWorker.Cycles;

/// <summary>One step of a cycle. It may run again when the process died in it, so what it does must bear that.</summary>
internal interface ICycleStep
{
    /// <summary>Also the name of its span.</summary>
    string Name { get; }

    /// <summary>The outcome when it is cancelled, or fails in a way that nobody foresaw.</summary>
    CycleOutcome WhenItFails { get; }

    /// <returns>Null: go on. Else the cycle's end.</returns>
    Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken);
}

/// <param name="Code">Null where the outcome says it all.</param>
internal sealed record CycleEnd(CycleOutcome Outcome, string Reason, EndCode? Code = null);
