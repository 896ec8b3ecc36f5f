using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary>What a cycle must not leave behind, looked for in the worker's data folder and among the machine's processes.</summary>
internal static class WorkerLeftovers
{
    private static readonly string[] OfCycles = ["worktrees", "homes"];

    private static readonly string[] OfWorker = ["_bot", "mirror", "forge"];

    private static readonly EnumerationOptions Deep = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <returns>Branches. Files and processes are waited for: a process may be ending, and a result is written just after the cycle ended.</returns>
    public static async Task<IReadOnlyList<string>> FindAsync(string data)
    {
        await Eventually.GetAsync(() => Task.FromResult(string.Join('\n', Files(data).Concat(Processes(data)))), left => left.Length == 0, TestContext.Current.CancellationToken);
        return [.. await BranchesAsync(Path.Combine(data, "mirror", "target.git"))];
    }

    private static IEnumerable<string> Files(string data)
    {
        static IEnumerable<string> In(string folder, EnumerationOptions depth) => Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder, "*", depth) : [];
        return OfCycles.SelectMany(name => In(Path.Combine(data, name), new EnumerationOptions { AttributesToSkip = FileAttributes.None }))
            .Concat(OfWorker.SelectMany(name => In(Path.Combine(data, name), Deep)).Where(IsHalf))
            // the homes in it are the target's affair
            .Concat(In(Path.Combine(data, "baselines"), new EnumerationOptions()).Where(kept => Path.HasExtension(kept)));
    }

    // what git or the worker writes beside something else, to put it in its place when it is whole
    private static bool IsHalf(string path)
    {
        var (name, parent) = (Path.GetFileName(path), Path.GetFileName(Path.GetDirectoryName(path)));
        return name != ".lock" && (name.EndsWith(".lock", StringComparison.Ordinal) || name.EndsWith(".tmp", StringComparison.Ordinal) || name.StartsWith("index-", StringComparison.Ordinal))
            || (parent is "mirror" && name != "target.git")
            || (parent is "pulls" && name.StartsWith('.'));
    }

    private static async Task<IEnumerable<string>> BranchesAsync(string mirror) =>
        Directory.Exists(mirror) ? (await WorkerTarget.GitInAsync(mirror, "for-each-ref", "refs/heads")).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];

    private static IEnumerable<string> Processes(string data) => Directory.EnumerateDirectories("/proc")
        .Where(process => int.TryParse(Path.GetFileName(process), out _) && IsAt(process, data))
        .Select(process => $"process {Path.GetFileName(process)}: {Read(process, "cmdline").Replace('\0', ' ')}");

    private static bool IsAt(string process, string data) =>
        Read(process, "cmdline").Contains(data, StringComparison.Ordinal)
        || new FileInfo(Path.Combine(process, "cwd")).LinkTarget?.StartsWith(data, StringComparison.Ordinal) == true;

    private static string Read(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, file));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
