namespace Lakehouse.BotWorker.Guardrails;

/// <summary>The paths of a checkout's submodules, also of those that were not checked out (an empty folder, or nothing).</summary>
internal static class Submodules
{
    public static IReadOnlyList<string> Of(string worktree)
    {
        var file = new FileInfo(Path.Combine(worktree, ".gitmodules"));
        return file.Exists && file.LinkTarget is null
            ? [.. File.ReadLines(file.FullName)
                .Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries))
                .Where(parts => parts is ["path", _])
                .Select(parts => parts[1].Trim('"').TrimEnd('/'))]
            : [];
    }
}
