using System.Diagnostics;
using System.Runtime.InteropServices;
using Lakehouse.AppHost.Engines;

namespace Lakehouse.AppHost.StartUp;

/// <summary>Why this process ends: a signal, the end of its standard input where that was agreed, or the end of <c>dotnet run</c> above it.</summary>
internal sealed partial class Leave : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly EngineStop _asked = new();
    private readonly CancellationTokenSource _leave;

    public Leave()
    {
        _leave = CancellationTokenSource.CreateLinkedTokenSource(_asked.Token);
        if (!OperatingSystem.IsWindows() && Parent() is var parent && IsDotnet(parent))
        {
            _ = LeaveWithAsync(parent);
        }
    }

    public CancellationToken Token => _leave.Token;

    public void Dispose()
    {
        _leave.Dispose();
        _asked.Dispose();
    }

    // A shell may leave us behind on purpose (nohup, &, setsid); `dotnet run` only goes before us when it was killed.
    private static bool IsDotnet(int process)
    {
        try
        {
            using var parent = Process.GetProcessById(process);
            return parent.ProcessName == "dotnet";
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private async Task LeaveWithAsync(int parent)
    {
        using var timer = new PeriodicTimer(Look, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(CancellationToken.None) && !_leave.IsCancellationRequested)
        {
            if (Parent() != parent)
            {
                await _leave.CancelAsync();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int Parent();
}
