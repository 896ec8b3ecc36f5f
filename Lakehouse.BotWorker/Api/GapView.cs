using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Api;

/// <summary>A gap and how its latest cycle ended.</summary>
internal sealed record GapView(string GapId, string Line, int LineNumber, string? LastCycleId, DateTimeOffset? LastAt, CycleOutcome? LastOutcome, string? LastReason, string? PrUrl)
{
    public static async Task<IReadOnlyList<GapView>> ReadAsync(GapList list, CycleQueries queries, CycleFolders folders, CancellationToken cancellationToken)
    {
        var gaps = await list.ReadAsync(cancellationToken);
        var history = await queries.HistoryAsync(folders.Target.Path, [.. gaps.Select(gap => gap.Id)], HistoryBlock.MostRecent, cancellationToken);
        return [.. gaps.Select(gap =>
        {
            var cycles = history.GetValueOrDefault(gap.Id, []);
            var last = cycles.Count > 0 ? cycles[0] : null;
            return new GapView(gap.Id, gap.Line, gap.LineNumber, last?.CycleId, last?.At, last?.Outcome, last?.Reason, cycles.FirstOrDefault(cycle => cycle.PrUrl is not null)?.PrUrl);
        })];
    }
}
