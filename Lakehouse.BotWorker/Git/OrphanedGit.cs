using System.Text;
using Lakehouse.BotWorker.Sandbox;

namespace Lakehouse.BotWorker.Git;

/// <summary>
/// A call of git outlives a worker that is killed, and would write beside its successor. Each carries the process that it belongs to,
/// so that the successor can end those whose process is gone. On Linux; elsewhere they end by themselves, sooner or later.
/// </summary>
internal static class OrphanedGit
{
    public const string Variable = "LAKEHOUSE_GIT_OF";

    // one that is being killed may be starting another
    private const int MostRounds = 5;

    /// <summary>This process, as no other one ever was or will be until the machine starts anew; null where it cannot be told.</summary>
    public static string? Owner { get; } = OperatingSystem.IsLinux() ? Identify(Environment.ProcessId) : null;

    public static void Kill()
    {
        for (var round = 0; round < MostRounds && Owner is not null && Find() is { Count: > 0 } orphans; round++)
        {
            foreach (var id in orphans)
            {
                ProcessTree.KillOne(id);
            }
        }
    }

    private static List<int> Find() =>
        [.. Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0).Where(id => id > 0 && OwnerOf(id) is { } owner && IsGone(owner))];

    // the ids of another container mean other processes
    private static bool IsGone(string owner) =>
        owner.Split(' ') is [var space, var id, _] && Owner!.Split(' ')[0] == space && int.TryParse(id, out var number) && Identify(number) != owner;

    private static string? OwnerOf(int id) => Read(() => File.ReadAllText($"/proc/{id}/environ", Encoding.Latin1))?.Split('\0')
        .FirstOrDefault(variable => variable.StartsWith($"{Variable}=", StringComparison.Ordinal))?[(Variable.Length + 1)..];

    /// <returns>Namespace, id and time of start; null when there is no such process.</returns>
    private static string? Identify(int id) => Read(() =>
    {
        // "pid (any name) state parent …": the 22nd field is when it started
        var stat = File.ReadAllText($"/proc/{id}/stat");
        return $"{new FileInfo($"/proc/{id}/ns/pid").LinkTarget} {id} {stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19]}";
    });

    private static string? Read(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // ended, or another user's
            return null;
        }
    }
}
