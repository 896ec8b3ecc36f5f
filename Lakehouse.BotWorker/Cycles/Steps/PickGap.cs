using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

internal sealed class PickGap(CycleQueries queries) : ICycleStep
{
    public string Name => TelemetryNames.Cycle.PickGap;

    public CycleOutcome WhenItFails => CycleOutcome.SkippedNoGap;

    public async Task<CycleEnd?> RunAsync(CycleRun run, CancellationToken cancellationToken)
    {
        var prd = await run.Folders.Mirror.ReadFileAsync(run.BaseSha, GapReader.PrdPath, cancellationToken);
        var gaps = prd is null ? [] : GapReader.Read(prd);
        if (gaps.Count == 0)
        {
            var reason = prd is null ? $"The target repository has no {GapReader.PrdPath}." : $"{GapReader.PrdPath} has no line with [bot-eligible].";
            return new CycleEnd(CycleOutcome.SkippedNoGap, reason);
        }

        Gap? gap;
        if (run.Record.RequestedGapId is { } wanted)
        {
            gap = gaps.FirstOrDefault(candidate => candidate.Id == wanted);
            if (gap is null)
            {
                return new CycleEnd(CycleOutcome.SkippedNoGap, $"Gap {wanted} is not a [bot-eligible] line of the committed {GapReader.PrdPath} any more.");
            }
        }
        else
        {
            var history = await queries.HistoryAsync(run.Record.Repository, [.. gaps.Select(candidate => candidate.Id)], HistoryBlock.MostRecent, cancellationToken);
            gap = Policy.PickGap(gaps, history);
            if (gap is null)
            {
                return new CycleEnd(CycleOutcome.SkippedNoGap, $"PickGap left every one of the {gaps.Count} gaps alone.");
            }
        }

        run.Record = run.Record with { Gap = gap, Branch = $"bot/{gap.Id}-{run.Record.CycleId}" };
        run.Detail = $"{gap.Id}: {gap.Line}";
        return null;
    }
}
