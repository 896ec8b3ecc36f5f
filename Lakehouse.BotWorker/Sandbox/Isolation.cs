using System.ComponentModel;
using System.Diagnostics;

namespace Lakehouse.BotWorker.Sandbox;

/// <summary>How far a run is kept apart from the machine: as far as the machine can.</summary>
internal enum Isolation
{
    /// <summary>A session of its own and a clean environment, and nothing more.</summary>
    None,

    /// <summary>Processes and network of its own (unprivileged namespaces, by util-linux); files are the user's.</summary>
    Namespaces,

    /// <summary>Those, and every file read-only but the worktree and the run's home, with the user's home, sockets and the worker's data hidden.</summary>
    Bubblewrap,
}

internal static class Isolations
{
    private static readonly Lazy<Isolation> Found = new(Probe);

    /// <summary>The best that works here; tried once.</summary>
    public static Isolation Best => Found.Value;

    /// <summary>For people who judge a result: what was and what was not kept apart.</summary>
    public static string Describe(this Isolation isolation, bool network) => (isolation, network) switch
    {
        (Isolation.Bubblewrap, false) => "bubblewrap: no network, nothing but the worktree could be written to",
        (Isolation.Bubblewrap, true) => "bubblewrap: nothing but the worktree could be written to; the network was open, as configured",
        (Isolation.Namespaces, false) => "namespaces: no network; files were open to it as to the worker (install bubblewrap)",
        (Isolation.Namespaces, true) => "namespaces: the network was open, as configured; files were open to it as to the worker (install bubblewrap)",
        _ => "none: the network and files were open to it as to the worker (on Linux, install bubblewrap)",
    };

    private static Isolation Probe() =>
        !OperatingSystem.IsLinux() ? Isolation.None
        : Works("bwrap", [.. Bubblewrap.Apart, "--unshare-net", "--ro-bind", "/", "/", "--proc", "/proc", "true"]) ? Isolation.Bubblewrap
        : Works("unshare", [.. Namespaces.Apart, "--net", "true"]) ? Isolation.Namespaces
        : Isolation.None;

    private static bool Works(string program, IReadOnlyList<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            // not installed
            return false;
        }
    }
}
