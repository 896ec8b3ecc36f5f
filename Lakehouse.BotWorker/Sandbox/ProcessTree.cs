using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Lakehouse.BotWorker.Sandbox;

/// <summary>Ends a process and all its descendants, those that detached themselves too.</summary>
internal static class ProcessTree
{
    private const int MostRounds = 20;

    /// <param name="marker">Value of <see cref="SandboxEnvironment.Marker"/> in the environment of all of them.</param>
    public static void Kill(Process root, string marker)
    {
        if (!root.HasExited)
        {
            root.Kill(entireProcessTree: true);
        }

        // A process that is being killed may be forking: look again until nobody carries the marker.
        for (var round = 0; round < MostRounds && Left(root.Id, marker) is { Count: > 0 } left; round++)
        {
            foreach (var id in left)
            {
                KillOne(id);
            }
        }
    }

    public static void KillOne(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // it ended by itself in between
        }

        // not WaitForExit: that waits until its parent took note of the end, which takes seconds where a container has no good init
        SpinWait.SpinUntil(() => Stat(id) is null or ["Z" or "X", ..], TimeSpan.FromSeconds(1));
    }

    // two nets: who carries the marker, and who is still in the session (a program may clear its environment)
    private static List<int> Left(int session, string marker)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        var wanted = Encoding.ASCII.GetBytes($"{SandboxEnvironment.Marker}={marker}");
        return [.. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
            .Where(id => id > 0 && (Holds($"/proc/{id}/environ", wanted) || IsIn(session, id)))];
    }

    // a zombie is dead already
    private static bool IsIn(int session, int id) =>
        Stat(id) is [not ("Z" or "X"), _, _, var of, ..] && of == session.ToString(CultureInfo.InvariantCulture);

    /// <summary>State, parent, group, session and so on; null where there is no such process.</summary>
    private static string[]? Stat(int id)
    {
        try
        {
            // "pid (any name) state parent group session …"
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool Holds(string file, byte[] wanted)
    {
        try
        {
            return File.ReadAllBytes(file).AsSpan().IndexOf(wanted) >= 0;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // ended, or another user's
            return false;
        }
    }
}
