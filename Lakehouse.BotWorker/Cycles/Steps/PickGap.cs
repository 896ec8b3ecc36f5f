using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

internal sealed class PickGap(CycleQueries queries, GapLedger ledger) : ICycleStep
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

        var standings = await ledger.ReadAsync(run.Record.Repository, gaps, except: run.Record.CycleId, cancellationToken);
        Gap? gap;
        if (run.Record.RequestedGapId is { } wanted)
        {
            gap = gaps.FirstOrDefault(candidate => candidate.Id == wanted);
            if (gap is null)
            {
                return new CycleEnd(CycleOutcome.SkippedNoGap, $"Gap {wanted} is not a [bot-eligible] line of the committed {GapReader.PrdPath} any more.");
            }

            // a gap that cools down may be tried: the pause is for what the policy picks, and this is a person's word
            if (standings[gap.Id].Facts.Parked is not null)
            {
                run.Record = run.Record with { Gap = gap };
                return new CycleEnd(CycleOutcome.SkippedPolicy, $"Gap {gap.Id} waits for a person. {standings[gap.Id].Why} Look at what failed, then unpark it on the Bot page.", EndCode.Parked);
            }
        }
        else
        {
            var eligible = gaps.Where(candidate => standings[candidate.Id].State == GapState.Eligible).ToList();
            var history = await queries.HistoryAsync(run.Record.Repository, [.. eligible.Select(candidate => candidate.Id)], HistoryBlock.MostRecent, cancellationToken);
            gap = Policy.PickGap(eligible, history);
            if (gap is null)
            {
                return GapsLeft.End(gaps, standings);
            }
        }

        run.Record = run.Record with { Gap = gap, Branch = $"bot/{gap.Id}-{run.Record.CycleId}" };
        run.Detail = $"{gap.Id}: {gap.Line}";
        return null;
    }
}
