using Lakehouse.Testing;

namespace Lakehouse.BotWorker.Tests.Worker;

/// <summary>What a cycle must not leave behind, looked for in the worker's data folder and among the machine's processes.</summary>
internal static class WorkerLeftovers
{
    private static readonly string[] OfCycles = ["worktrees", "homes"];

    /// <returns>Paths, branches and processes. A process that is just ending is waited for.</returns>
    public static async Task<IReadOnlyList<string>> FindAsync(string data)
    {
        await Eventually.GetAsync(() => Task.FromResult(string.Join('\n', Processes(data))), left => left.Length == 0, TestContext.Current.CancellationToken);
        return [.. Files(data), .. await BranchesAsync(Path.Combine(data, "mirror", "target.git"))];
    }

    private static IEnumerable<string> Files(string data)
    {
        if (!Directory.Exists(data))
        {
            return [];
        }

        var cycles = OfCycles.Select(name => Path.Combine(data, name)).Where(Directory.Exists).SelectMany(Directory.EnumerateFileSystemEntries);
        return cycles.Concat(Directory.EnumerateFileSystemEntries(data, "*", SearchOption.AllDirectories).Where(IsHalf));
    }

    // what git or the worker writes beside something else, to put it in its place when it is whole
    private static bool IsHalf(string path)
    {
        var (name, parent) = (Path.GetFileName(path), Path.GetFileName(Path.GetDirectoryName(path)));
        return name != ".lock" && (name.EndsWith(".lock", StringComparison.Ordinal) || name.EndsWith(".tmp", StringComparison.Ordinal) || name.StartsWith("index-", StringComparison.Ordinal))
            || (parent is "mirror" && name != "target.git")
            || (parent is "baselines" && name.Contains('.', StringComparison.Ordinal))
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
