using System.Diagnostics;
using System.Runtime.InteropServices;
using Lakehouse.AppHost.House;

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

    public static EngineProcess Start(ProcessStartInfo start, Action<string> onLine)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        InSessionOfItsOwn(start);
        var process = new Process { StartInfo = start };
        var engine = new EngineProcess(process);
        process.OutputDataReceived += (_, line) => engine.OnLine(line.Data, onLine);
        process.ErrorDataReceived += (_, line) => engine.OnLine(line.Data, onLine);
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

    public Task StopAsync(int signal, TimeSpan grace) => StopAsync(_process, signal, grace);

    /// <summary>Asks by <paramref name="signal"/>, then insists: afterwards neither it nor a child of it is left.</summary>
    public static async Task StopAsync(Process process, int signal, TimeSpan grace)
    {
        if (!process.HasExited && !OperatingSystem.IsWindows())
        {
            _ = SendSignal(process.Id, signal);
            using var patience = new CancellationTokenSource(grace, TimeProvider.System);
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await KillAsync(process);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync(_process);
        _process.Dispose();
    }

    private static async Task KillAsync(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    // Ctrl-C goes to every process of the terminal's group: ours are stopped by us, in order
    private static void InSessionOfItsOwn(ProcessStartInfo start)
    {
        if (OperatingSystem.IsLinux() && Programs.Find("setsid") is { } setsid)
        {
            start.ArgumentList.Insert(0, start.FileName);
            start.FileName = setsid;
        }
    }

    private void OnLine(string? line, Action<string> onLine)
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

        onLine(line);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
