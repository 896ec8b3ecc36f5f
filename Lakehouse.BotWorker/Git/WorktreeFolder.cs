namespace Lakehouse.BotWorker.Git;

/// <summary>Deletes a worktree that a target's tests may have left in any state, without following what they linked.</summary>
internal static class WorktreeFolder
{
    public static void Delete(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            foreach (var inner in Directory.EnumerateDirectories(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
            {
                // a folder without write permission keeps what is in it
                File.SetUnixFileMode(inner, File.GetUnixFileMode(inner) | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        Directory.Delete(folder, recursive: true);
    }
}
