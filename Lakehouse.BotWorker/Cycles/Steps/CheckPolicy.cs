using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

internal sealed class CheckPolicy(GapList gaps, CycleQueries queries, TimeProvider time) : ICycleStep
{
    private const int Recent = 20;

    public string Name => TelemetryNames.Cycle.CheckPolicy;

    public CycleOutcome WhenItFails => CycleOutcome.SkippedPolicy;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        var found = await gaps.ReadAsync(cancellationToken);
        var recent = await queries.RecentAsync(run.Record.Repository, Recent, cancellationToken);
        var verdict = Policy.ShouldRunCycle(new CycleContext(run.Record.Repository, found.Count, run.Record.Budget, recent, time.GetUtcNow(), run.Record.RequestedGapId));
        run.Detail = verdict.Reason;
        return verdict.Allowed ? null : new CycleEnd(CycleOutcome.SkippedPolicy, $"ShouldRunCycle said no: {verdict.Reason}");
    }
}
