using System.Security.Cryptography;
using System.Text;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Git;

namespace Lakehouse.BotWorker.Guardrails;

/// <summary>What the commit must be in the moment it is pushed: the one that was checked, on what it was made for.</summary>
internal static class PublishGuard
{
    private const string BranchPrefix = "bot/";

    public static async Task<IReadOnlyList<Refusal>> CheckAsync(GitMirror mirror, CycleRecord cycle, CancellationToken cancellationToken)
    {
        if (cycle is not { CommitSha: { } sha, BaseSha: { } baseSha, Proposal: { } proposal } || !await mirror.HasCommitAsync(sha, cancellationToken))
        {
            return [new Refusal("", "no_commit", "the commit that was made for it is not there any more")];
        }

        var refusals = new List<Refusal>();
        var branch = cycle.Pulls?.Update?.Branch ?? cycle.Branch;
        if (branch?.StartsWith(BranchPrefix, StringComparison.Ordinal) != true)
        {
            refusals.Add(new Refusal("", "branch", $"the branch does not begin with {BranchPrefix}"));
        }

        var parents = await mirror.ParentsAsync(sha, cancellationToken);
        if (!(cycle.Pulls?.Update?.Head is { } head ? parents.SequenceEqual([head]) || parents.SequenceEqual([head, baseSha]) : parents.SequenceEqual([baseSha])))
        {
            refusals.Add(new Refusal("", "history", "the commit does not follow the one that it was made for"));
        }

        if (HashOf(await mirror.DiffAsync(baseSha, sha, cancellationToken)) != cycle.PatchHash)
        {
            refusals.Add(new Refusal("", "changed", "the patch is not the one that was checked"));
        }

        return [.. refusals, .. await PatchGuard.CheckAsync(mirror, baseSha, sha, proposal, cancellationToken)];
    }

    /// <summary>SHA-256 of the patch as a person reads it.</summary>
    public static string HashOf(string patch) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(patch)));
}
