using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>The latest attempts on the same gap, so that this one learns from them.</summary>
internal sealed class LoadHistory(CycleQueries queries) : ICycleStep
{
    public string Name => TelemetryNames.Cycle.LoadHistory;

    public CycleOutcome WhenItFails => CycleOutcome.SkippedPolicy;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        var history = await queries.AttemptsAsync(run.Record.Repository, run.Gap.Id, HistoryBlock.MostRecent, cancellationToken);
        run.Record = run.Record with { History = history };
        run.Detail = Counted.Of(history.Count, "earlier attempt");
        return null;
    }
}
