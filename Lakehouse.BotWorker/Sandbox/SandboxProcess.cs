using System.ComponentModel;
using System.Diagnostics;

namespace Lakehouse.BotWorker.Sandbox;

/// <summary>One process in a session of its own, and the end of all that it started.</summary>
internal static class SandboxProcess
{
    // for the end of the pipes after everything was killed; what did not come by then is not waited for
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<ProcessResult> RunAsync(
        TestCommand command, string worktree, string home, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(home, "tmp"));
        var marker = Guid.NewGuid().ToString("N");
        var output = new CappedOutput();
        using var process = new Process { StartInfo = Start(command, worktree, home, marker) };
        try
        {
            process.Start();
        }
        catch (Win32Exception failure)
        {
            return new ProcessResult(null, TimedOut: false, "", failure.Message);
        }

        process.StandardInput.Close();
        var readers = Task.WhenAll(CopyAsync(process.StandardOutput, output), CopyAsync(process.StandardError, output));
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // told apart below, after everything is dead
        }

        var ended = process.HasExited;
        // also after a good end: a daemon that the tests left would hold the pipe, and would see the next cycle
        ProcessTree.Kill(process, marker);
        await readers.WaitAsync(Patience, TimeProvider.System, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return new ProcessResult(ended ? process.ExitCode : null, TimedOut: !ended, output.ToString(), StartFailure: null);
    }

    private static ProcessStartInfo Start(TestCommand command, string worktree, string home, string marker)
    {
        // setsid: a session, and so a process group, of its own, which the kernel kills as one
        var start = OperatingSystem.IsLinux() ? new ProcessStartInfo("setsid", ["--wait", command.Program, .. command.Arguments]) : new ProcessStartInfo(command.Program, command.Arguments);
        start.WorkingDirectory = worktree;
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment.Clear();
        foreach (var (name, value) in SandboxEnvironment.Create(home, marker))
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
