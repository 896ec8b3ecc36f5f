using Lakehouse.BotWorker.Cycles;

namespace Lakehouse.BotWorker.Guardrails;

/// <summary>What the checkout says about a path: links, submodules, folders.</summary>
internal static class WorktreeRules
{
    public static Refusal? Check(ProposedFile file, string worktree) => WorktreePath.Resolve(worktree, file.Path, out var refusal) is not { } full
        ? refusal
        : Directory.Exists(full) ? new Refusal(file.Path, "folder", "the path is a folder") : null;
}
