namespace Lakehouse.BotWorker.Cycles;

/// <summary>A step that is run again for a later try: under a name of its own, so that it is stored, traced and taken up by itself.</summary>
internal sealed class NextTry(ICycleStep step, int number) : ICycleStep
{
    public string Name => $"{step.Name} {number}";

    /// <summary>What is known by then: the tests of the try before were red.</summary>
    public CycleOutcome WhenItFails => CycleOutcome.TestsFailed;

    public Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken) => step.RunAsync(run, cancellationToken);
}
