using System.Globalization;
using System.Runtime.InteropServices;

namespace Lakehouse.AppHost.Engines;

/// <summary>
/// What a killed run left in the data folder. A server whose owner was killed still holds the folder and is stopped here. A
/// <c>postmaster.pid</c> of a dead one names a process id that may be somebody else's by now: PostgreSQL would not start.
/// Only called by whoever holds the folder's <see cref="EngineLock"/>.
/// </summary>
internal static partial class PostgresLeftover
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    public static async Task ClearAsync(string data, CancellationToken stop)
    {
        var file = Path.Combine(data, "postmaster.pid");
        if (!OperatingSystem.IsLinux() || !File.Exists(file))
        {
            return;
        }

        var first = (await File.ReadAllLinesAsync(file, stop)).FirstOrDefault();
        if (int.TryParse(first, CultureInfo.InvariantCulture, out var pid) && IsServerOf(data, pid))
        {
            await EndAsync(data, pid, stop);
        }

        File.Delete(file);
    }

    private static async Task EndAsync(string data, int pid, CancellationToken stop)
    {
        Console.WriteLine($"A PostgreSQL server (process {pid}) of an earlier run still held {data}; stopping it.");
        _ = SendSignal(pid, EngineProcess.Interrupt);
        var since = TimeProvider.System.GetTimestamp();
        while (IsServerOf(data, pid))
        {
            if (TimeProvider.System.GetElapsedTime(since) > Grace)
            {
                throw new EngineException($"PostgreSQL (process {pid}) holds {data} and does not stop. End it (`kill {pid}`) and start again.");
            }

            await Task.Delay(Look, TimeProvider.System, stop);
        }
    }

    // a server works in its data folder, whatever it calls itself
    private static bool IsServerOf(string data, int pid)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: false)?.FullName is { } folder
                && string.Equals(folder, Real(data), StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Without links on the way, as the kernel shows it.</summary>
    private static string Real(string folder)
    {
        var path = Path.GetPathRoot(folder)!;
        foreach (var name in Path.GetFullPath(folder)[path.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            path = Path.Combine(path, name);
            path = Directory.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }

        return path;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
