using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>The latest cycles on the same gap, so that this one learns from them.</summary>
internal sealed class LoadHistory(CycleQueries queries) : ICycleStep
{
    public string Name => TelemetryNames.Cycle.LoadHistory;

    public CycleOutcome WhenItFails => CycleOutcome.SkippedPolicy;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        var history = await queries.HistoryAsync(run.Record.Repository, [run.Gap.Id], HistoryBlock.MostRecent, cancellationToken);
        run.Record = run.Record with { History = history.GetValueOrDefault(run.Gap.Id, []) };
        run.Detail = $"{run.Record.History.Count} earlier attempts";
        return null;
    }
}
