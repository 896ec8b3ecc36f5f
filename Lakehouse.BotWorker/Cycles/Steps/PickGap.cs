using Lakehouse.BotWorker.Cycles.PullRequests;
using Lakehouse.BotWorker.Forges;
using Lakehouse.ServiceDefaults.Telemetry;

namespace Lakehouse.BotWorker.Cycles.Steps;

internal sealed class PickGap(CycleQueries queries, PullRequestScout scout) : ICycleStep
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
            gap = await RedoAsync(run, gaps, cancellationToken) ?? Policy.PickGap(gaps, history);
            if (gap is null)
            {
                return new CycleEnd(CycleOutcome.SkippedNoGap, $"PickGap left every one of the {gaps.Count} gaps alone.");
            }
        }

        run.Record = run.Record with { Gap = gap, Branch = $"bot/{gap.Id}-{run.Record.CycleId}" };
        run.Detail = $"{gap.Id}: {gap.Line}";
        return null;
    }

    // a person who wrote /redo waits for it, so it comes before what the policy would pick
    private async Task<Gap?> RedoAsync(CycleRun run, IReadOnlyList<Gap> gaps, CancellationToken cancellationToken)
    {
        try
        {
            return await scout.FindRedoAsync(run.Record.Repository, gaps, cancellationToken);
        }
        catch (ForgeException failure)
        {
            // the step that needs the forge ends the cycle if this lasts
            await run.LogAsync($"could not look for /redo: {failure.Message}", cancellationToken);
            return null;
        }
    }
}
