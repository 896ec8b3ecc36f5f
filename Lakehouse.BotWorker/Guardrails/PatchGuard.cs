using System.Text;
using Lakehouse.BotWorker.Cycles;
using Lakehouse.BotWorker.Git;

namespace Lakehouse.BotWorker.Guardrails;

/// <summary>The last look before publishing: the same rules, asked of the commit itself and not of what it should be.</summary>
internal static class PatchGuard
{
    public static async Task<IReadOnlyList<Refusal>> CheckAsync(GitMirror mirror, string baseSha, string headSha, Proposal proposal, CancellationToken cancellationToken)
    {
        var proposed = proposal.Files.ToDictionary(file => file.Path, file => file.Content);
        var changes = await mirror.ChangesAsync(baseSha, headSha, cancellationToken);
        var refusals = new List<Refusal>(Size(changes, proposed));
        foreach (var change in changes)
        {
            var refusal = Check(change, proposed)
                ?? (await mirror.BlobIdAsync(proposed[change.Path], cancellationToken) == change.NewBlob
                    ? null
                    : new Refusal(change.Path, "not_proposed", "the commit holds other content than was proposed"));
            if (refusal is not null)
            {
                refusals.Add(refusal);
            }
        }

        return refusals;
    }

    // what a file holds is compared with the proposal below, so the proposal's sizes are the commit's
    private static IEnumerable<Refusal> Size(IReadOnlyList<GitChange> changes, Dictionary<string, string> proposed)
    {
        if (changes.Count is 0 or > ProposalGuard.MostFiles)
        {
            yield return new Refusal("", "too_many_files", $"the commit changes {changes.Count} files; from 1 to {ProposalGuard.MostFiles} are accepted");
        }

        var sizes = changes.Select(change => (change.Path, Bytes: Encoding.UTF8.GetByteCount(proposed.GetValueOrDefault(change.Path, "")))).ToList();
        foreach (var (path, bytes) in sizes.Where(size => size.Bytes > ProposalGuard.MostFileBytes))
        {
            yield return new Refusal(path, "too_large", $"{bytes} bytes; at most {ProposalGuard.MostFileBytes} are accepted");
        }

        if (sizes.Sum(size => (long)size.Bytes) is > ProposalGuard.MostTotalBytes and var total)
        {
            yield return new Refusal("", "too_large_in_all", $"{total} bytes in all; at most {ProposalGuard.MostTotalBytes} are accepted");
        }
    }

    private static Refusal? Check(GitChange change, Dictionary<string, string> proposed)
    {
        Refusal Refuse(string rule, string reason) => new(change.Path, rule, reason);
        return change switch
        {
            { Status: 'D' } => Refuse("delete", "the commit deletes the file"),
            { NewMode: "120000" } => Refuse("symbolic_link", "the commit makes a symbolic link"),
            { NewMode: "160000" } => Refuse("submodule", "the commit moves a submodule"),
            { Status: 'M' } when change.OldMode != change.NewMode => Refuse("mode_change", "the commit changes the file's mode"),
            { Status: 'A', NewMode: not "100644" } => Refuse("mode_change", "the commit adds an executable file"),
            { Status: not ('A' or 'M') } => Refuse("not_proposed", $"the commit makes a change of kind {change.Status}"),
            _ when !proposed.ContainsKey(change.Path) => Refuse("not_proposed", "the commit changes a file that was not proposed"),
            _ => PathRules.Check(change.Path) ?? ProtectedPaths.Check(change.Path),
        };
    }
}
