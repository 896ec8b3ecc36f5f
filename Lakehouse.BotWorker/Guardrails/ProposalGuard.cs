using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Guardrails;

/// <summary>What no policy can switch off. Asked before a proposal is applied; <see cref="PatchGuard"/> asks again of the commit.</summary>
internal static class ProposalGuard
{
    public const int MostFiles = 20;
    public const int MostFileBytes = 256 * 1024;
    public const int MostTotalBytes = 1024 * 1024;

    /// <param name="worktree">The checkout that the proposal would be written to.</param>
    /// <returns>Every refusal, at most one for each file; empty when the proposal may be applied.</returns>
    public static IReadOnlyList<Refusal> Check(Proposal proposal, string worktree)
    {
        var refusals = new List<Refusal>();
        if (proposal.Files.Count > MostFiles)
        {
            refusals.Add(new Refusal("", "too_many_files", $"{proposal.Files.Count} files; at most {MostFiles} are accepted"));
        }

        foreach (var file in proposal.Files)
        {
            var refusal = PathRules.Check(file.Path)
                ?? ProtectedPaths.Check(file.Path)
                ?? WorktreeRules.Check(file, worktree)
                ?? ContentRules.Check(file, worktree);
            if (refusal is not null)
            {
                refusals.Add(refusal);
            }
        }

        refusals.AddRange(CollisionRules.Check(proposal, worktree));
        if (ContentRules.TotalBytes(proposal) is > MostTotalBytes and var total)
        {
            refusals.Add(new Refusal("", "too_large_in_all", $"{total} bytes in all; at most {MostTotalBytes} are accepted"));
        }

        return refusals;
    }
}
