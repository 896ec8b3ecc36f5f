using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

internal sealed class Apply : ICycleStep
{
    public string Name => TelemetryNames.Cycle.Apply;

    public CycleOutcome WhenItFails => CycleOutcome.ApplyFailed;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        try
        {
            var files = await run.ApplyAsync(cancellationToken);
            run.Record = run.Record with { Files = files };
            run.Detail = string.Join(", ", files.CountBy(file => file.Change).Select(pair => $"{pair.Value} {pair.Key.ToString().ToUpperInvariant()}"));
            return files.All(file => file.Change == FileChange.Noop)
                ? new CycleEnd(CycleOutcome.CycleNoop, "Every proposed file is identical to what is there.")
                : null;
        }
        catch (ApplyException failure)
        {
            return new CycleEnd(CycleOutcome.ApplyFailed, failure.Message);
        }
    }
}
