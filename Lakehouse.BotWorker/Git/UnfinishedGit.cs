namespace Lakehouse.BotWorker.Git;

/// <summary>What calls of git that were killed left in a repository of ours. A lock among it would stop every later call.</summary>
internal static class UnfinishedGit
{
    private static readonly EnumerationOptions Deep = new() { RecurseSubdirectories = true };
    private static readonly EnumerationOptions Flat = new();

    private static readonly (string Folder, string Pattern, EnumerationOptions Depth)[] Places =
    [
        ("", "*.lock", Flat), ("refs", "*.lock", Deep), ("worktrees", "*.lock", Deep), ("", "index-*", Flat), ("objects", "tmp_objdir-*", Flat), ("objects/pack", "tmp_*", Flat),
    ];

    /// <summary>Only while nobody else writes to it.</summary>
    public static void Remove(string repository)
    {
        foreach (var (folder, pattern, depth) in Places)
        {
            RemoveIn(Path.Combine(repository, folder), pattern, depth);
        }

        // see GitMirror.InitializeAsync
        RemoveIn(Path.GetDirectoryName(repository)!, $"{Path.GetFileName(repository)}.{new string('?', 32)}", Flat);
    }

    private static void RemoveIn(string folder, string pattern, EnumerationOptions depth)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var left in Directory.EnumerateFileSystemEntries(folder, pattern, depth).ToList())
        {
            if (Directory.Exists(left))
            {
                Directory.Delete(left, recursive: true);
            }
            else
            {
                File.Delete(left);
            }
        }
    }
}
