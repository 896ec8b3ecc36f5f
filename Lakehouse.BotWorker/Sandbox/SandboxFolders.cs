namespace Lakehouse.BotWorker.Sandbox;

/// <summary>The folders of one run.</summary>
/// <param name="Worktree">What is tested; written to.</param>
/// <param name="Home">Empty, of the cycle, outside the worktree: HOME and TMPDIR; written to.</param>
/// <param name="Hidden">The worker's own: not seen.</param>
/// <param name="Read">Read although they are inside of something hidden.</param>
internal sealed record SandboxFolders(string Worktree, string Home, IReadOnlyList<string> Hidden, IReadOnlyList<string> Read);
