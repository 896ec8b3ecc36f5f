using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Api;

/// <summary>The gaps of the PRD, each with where it stands, for pages and programs.</summary>
internal sealed class GapOverview(GapList list, GapLedger ledger, GapPulls pulls, CycleFolders folders)
{
    /// <returns>The gaps in the order of the file, and what kept the forge from being asked; null when it was, or need not be.</returns>
    public async Task<(IReadOnlyList<GapView> Gaps, string? ForgeProblem)> ReadAsync(CancellationToken cancellationToken)
    {
        var gaps = await list.ReadAsync(cancellationToken);
        var stored = await ledger.ReadAsync(folders.Target.Path, gaps, except: null, cancellationToken);
        var (seen, problem) = await pulls.SeenAsync(stored, cancellationToken);
        return ([.. gaps.Select(gap => GapView.Of(gap, seen[gap.Id]))], problem);
    }

    /// <returns>Null when the PRD has no such gap.</returns>
    public async Task<GapView?> FindAsync(string gapId, CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken)).Gaps.FirstOrDefault(gap => gap.GapId == gapId);
}
