using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

/// <summary>All that <c>depth: list</c> does.</summary>
internal sealed class ListGaps(GapList gaps) : ICycleStep
{
    public string Name => TelemetryNames.Cycle.ListGaps;

    public CycleOutcome WhenItFails => CycleOutcome.SkippedNoGap;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        var found = await gaps.ReadAsync(cancellationToken);
        foreach (var gap in found)
        {
            await run.LogAsync($"{gap.Id}  line {gap.LineNumber}: {gap.Line}", cancellationToken);
        }

        return found.Count == 0
            ? new CycleEnd(CycleOutcome.SkippedNoGap, $"{GapReader.PrdPath} has no line with [bot-eligible].")
            : new CycleEnd(CycleOutcome.CycleNoop, $"Dry run: {Counted.Of(found.Count, "gap")} listed, nothing else done.");
    }
}
