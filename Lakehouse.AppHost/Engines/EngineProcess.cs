using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Lakehouse.AppHost.Engines;

/// <summary>A child process whose output is passed on and which never outlives this object.</summary>
internal sealed partial class EngineProcess : IAsyncDisposable
{
    public const int Interrupt = 2;
    public const int Terminate = 15;

    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

    private EngineProcess(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public string LastLines
    {
        get
        {
            lock (_lastLines)
            {
                return string.Join(" | ", _lastLines);
            }
        }
    }

    public static EngineProcess Start(string program, IEnumerable<string> arguments, bool quiet = false)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        AsOrdinaryUser(start);
        var process = new Process { StartInfo = start };
        var engine = new EngineProcess(process);
        process.OutputDataReceived += (_, line) => engine.OnLine(line.Data, quiet);
        process.ErrorDataReceived += (_, line) => engine.OnLine(line.Data, quiet);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return engine;
    }

    /// <returns>True when <paramref name="stop"/> was cancelled first, false when the process ended by itself.</returns>
    public async Task<bool> WaitAsync(CancellationToken stop)
    {
        try
        {
            await _process.WaitForExitAsync(stop);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    public async Task StopAsync(int signal, TimeSpan grace)
    {
        if (_process.HasExited)
        {
            return;
        }

        if (!OperatingSystem.IsWindows())
        {
            _ = SendSignal(_process.Id, signal);
            using var patience = new CancellationTokenSource(grace, TimeProvider.System);
            await WaitAsync(patience.Token);
        }

        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    // PostgreSQL refuses to run as root. A user namespace of its own shows it an ordinary uid while the files stay ours.
    private static void AsOrdinaryUser(ProcessStartInfo start)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return;
        }

        start.ArgumentList.Insert(0, start.FileName);
        start.ArgumentList.Insert(0, "--user");
        start.FileName = "unshare";
    }

    private void OnLine(string? line, bool quiet)
    {
        if (line is null)
        {
            return;
        }

        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            while (_lastLines.Count > 12)
            {
                _lastLines.Dequeue();
            }
        }

        if (!quiet)
        {
            Console.WriteLine(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
