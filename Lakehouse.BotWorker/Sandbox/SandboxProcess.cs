using System.ComponentModel;
using System.Diagnostics;

namespace Lakehouse.BotWorker.Sandbox;

/// <summary>One process in a session of its own, and the end of all that it started.</summary>
internal static class SandboxProcess
{
    // for the end of the pipes after everything was killed; what did not come by then is not waited for
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Ends the run when the worker is gone, which its standard input tells; a shell gives what it starts in the background none.
    // One pipe for both outputs: read from two, a line of errors could come behind the closing line that counts the tests.
    private const string Supervisor = """
        exec 2>&1
        exec 3<&0
        "$@" </dev/null 3<&- &
        run=$!
        { cat <&3 >/dev/null; kill -9 "$run"; kill -9 -- "-$$"; } >/dev/null 2>&1 &
        wait "$run"
        """;

    public static async Task<ProcessResult> RunAsync(
        TestCommand command, SandboxFolders folders, SandboxOptions options, Isolation isolation, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(folders.Home, "tmp"));
        var marker = Guid.NewGuid().ToString("N");
        var output = new CappedOutput();
        using var process = new Process { StartInfo = Start(command, folders, options, isolation, marker) };
        try
        {
            process.Start();
        }
        catch (Win32Exception failure)
        {
            return new ProcessResult(null, TimedOut: false, null, "", failure.Message);
        }

        var readers = Task.WhenAll(CopyAsync(process.StandardOutput, output), CopyAsync(process.StandardError, output));
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var exit = process.WaitForExitAsync(either.Token);
        var watch = SandboxWatch.WaitAsync(process.Id, output, options, either.Token);
        // told apart below, after everything is dead
        await Task.WhenAny(exit, watch);
        var (ended, passed) = (process.HasExited, watch.IsCompletedSuccessfully ? await watch : null);
        await either.CancelAsync();
        // also after a good end: a daemon that the tests left would hold the pipe, and would see the next cycle
        ProcessTree.Kill(process, marker);
        await readers.WaitAsync(Patience, TimeProvider.System, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return new ProcessResult(ended ? process.ExitCode : null, TimedOut: !ended && passed is null, ended ? null : passed, output.ToString(), StartFailure: null);
    }

    private static ProcessStartInfo Start(TestCommand command, SandboxFolders folders, SandboxOptions options, Isolation isolation, string marker)
    {
        var words = isolation switch
        {
            Isolation.Bubblewrap => Bubblewrap.Wrap(command, folders, options.Network),
            Isolation.Namespaces => Namespaces.Wrap(command, options.Network),
            _ => [command.Program, .. command.Arguments],
        };
        // setsid: a session, and so a process group, of its own, which the kernel kills as one
        var start = OperatingSystem.IsLinux() ? new ProcessStartInfo("setsid", ["--wait", "sh", "-c", Supervisor, "sh", .. words]) : new ProcessStartInfo(words[0], words.Skip(1));
        start.WorkingDirectory = folders.Worktree;
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment.Clear();
        foreach (var (name, value) in SandboxEnvironment.Create(folders.Home, marker))
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static async Task CopyAsync(StreamReader reader, CappedOutput output)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer.AsMemory(), CancellationToken.None) is > 0 and var count)
        {
            output.Append(buffer.AsSpan(0, count));
        }
    }
}
